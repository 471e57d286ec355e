import Foundation
import TestSupport
import Testing

@Suite("lethe audit")
struct AuditCommandTests {
    private let lethe: LetheProcess

    /// A database with one dataset of 12 rows, judged by patterns alone: 13 records.
    init() throws {
        lethe = try LetheProcess()
        try lethe.folder.write(
            """
            name: patterns
            version: 1
            rules:
              - { id: words, type: pattern, action: quarantine, patterns: [ { word: forbidden } ] }
            """, to: "policy.yaml")
        try scan(12, name: "one.jsonl", customer: "acme")
    }

    private func scan(_ rows: Int, name: String, customer: String) throws {
        let text =
            LetheProcess.rows(rows - 1, ask: "sum", answer: "four")
            + LetheProcess.rows(1, ask: "what", answer: "a forbidden thing")
        let path = try lethe.folder.write(text, to: name)
        let outcome = try lethe.run("scan", path, "--customer", customer)
        try #require(outcome.status == 1, "\(outcome.errors)")
    }

    private func file(_ name: String) -> String { lethe.folder.file(name) }

    private func contents(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

    private func sequences(_ lines: String) throws -> [Int] {
        try lines.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object?["sequence"] as? Int)
        }
    }

    private func jobState() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(try contents("position").utf8)) as? [String: Any])
    }

    @Test(
        "Every command has help that teaches",
        arguments: [
            ["list"], ["show"], ["tail"], ["stats"], ["export"], ["verify"], ["backup"], ["key"], ["key", "create"],
            ["key", "rotate"], ["key", "show"],
        ])
    func help(_ command: [String]) throws {
        let outcome = try lethe.start(["audit"] + command + ["--help"]).finish()
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("EXAMPLES"))
    }

    @Test(
        "list, stats, export and tail take the same conditions, and exit 1 where nothing matches",
        arguments: ["list", "stats", "export", "tail"])
    func conditions(_ command: String) throws {
        let conditions = [
            "--since", "yesterday", "--until", "2099-01-01", "--customer", "acme", "--rule", "words", "--disposition",
            "quarantined", "--event", "example.decided", "--line", "12",
        ]
        let found = try lethe.start(["audit", command] + conditions).finish()
        #expect(found.status == 0, "\(found.errors)")
        #expect(found.output.contains("words"))
        let none = try lethe.start(["audit", command] + conditions + ["--verdict", "rejected"]).finish()
        #expect(none.status == 1)
        #expect(none.errors.contains("no record matches"))
        for wrong in [["--since", "someday"], ["--dataset", "xyz"], ["--verdict", "maybe"], ["--event", "none"]] {
            #expect(try lethe.start(["audit", command] + wrong).finish().status == 2)
        }
        let missing = try lethe.start(["audit", command, "--database", file("missing.sqlite")]).finish()
        #expect(missing.status == 3)
        let id = try lethe.start(["audit", command, "--dataset", "01ARZ3NDEKTSV4RRFFQ69G5FAV"]).finish()
        #expect(id.status == 1)
    }

    @Test("stats counts, as a table, JSON and CSV")
    func stats() throws {
        #expect(try lethe.run("audit", "stats").output.contains("records: 13"))
        let json = try lethe.run("audit", "stats", "--json").json()
        #expect((json["counts"] as? [String: [String: Int]])?["customer"] == ["acme": 13])
        let csv = try lethe.run("audit", "stats", "--format", "csv")
        #expect(csv.output.contains("\r\ndisposition,quarantined,1\r\n"))
    }

    @Test("tail shows the last records, and follows those that others write")
    func tail() throws {
        #expect(try sequences(lethe.run("audit", "tail", "-n", "3", "--format", "json").output) == [11, 12, 13])
        let arguments = ["audit", "tail", "--follow", "--limit", "1", "--format", "json", "--event", "dataset.judged"]
        let following = try WatchedCommand(lethe, arguments)
        while following.isRunning, following.output.isEmpty { sched_yield() }
        #expect(try sequences(following.output) == [13])
        try scan(3, name: "two.jsonl", customer: "globex")
        while following.isRunning, following.output.split(separator: "\n").count < 2 { sched_yield() }
        following.kill()
        #expect(try sequences(following.output) == [13, 17])
    }

    @Test("export to standard output goes on behind its checkpoint")
    func exportToStandardOutput() throws {
        let arguments = ["audit", "export", "--checkpoint", file("position")]
        #expect(try sequences(lethe.start(arguments).finish().output) == Array(1...13))
        let nothing = try lethe.start(arguments).finish()
        #expect(nothing.status == 1 && nothing.output.isEmpty)
        try scan(2, name: "two.jsonl", customer: "globex")
        #expect(try sequences(lethe.start(arguments).finish().output) == [14, 15, 16])
        #expect(try lethe.start(arguments + ["--customer", "acme"]).finish().status == 2)
        #expect(try lethe.start(arguments + ["--format", "csv"]).finish().status == 2)
        #expect(try lethe.start(arguments + ["--output", file("records")]).finish().status == 2)
    }

    @Test("export moves its checkpoint over records that do not match")
    func exportFiltered() throws {
        let arguments = ["audit", "export", "--customer", "globex", "--checkpoint", file("position")]
        #expect(try lethe.start(arguments).finish().status == 1)
        #expect(try jobState()["sequence"] as? Int == 13)
        try scan(2, name: "two.jsonl", customer: "globex")
        #expect(try sequences(lethe.start(arguments).finish().output) == [14, 15, 16])
    }

    @Test("export to a file gives each record once, wherever a run was killed", arguments: ["json", "csv"])
    func exportKilled(_ format: String) throws {
        let arguments = [
            "audit", "export", "--format", format, "--output", file("records"), "--checkpoint", file("position"),
        ]
        #expect(try lethe.start(arguments).finish().status == 0)
        let (earlierRecords, earlierState) = (try contents("records"), try contents("position"))
        try scan(4, name: "two.jsonl", customer: "globex")
        #expect(try lethe.start(arguments).finish().status == 0)
        let (records, state) = (try contents("records"), try contents("position"))
        #expect(records == (try lethe.run("audit", "export", "--format", format).output))
        // Killed after all was written and before the checkpoint; in the middle of a record; before the first byte.
        for kept in [records, String(records.dropLast(40)), earlierRecords] {
            try lethe.folder.write(kept, to: "records")
            try lethe.folder.write(earlierState, to: "position")
            #expect(try lethe.start(arguments).finish().status == 0)
            #expect(try contents("records") == records)
            #expect(try contents("position") == state)
        }
        // A file that lost bytes is not gone on with, nor one that the checkpoint does not know.
        try lethe.folder.write(earlierRecords, to: "records")
        #expect(try lethe.start(arguments).finish().status == 3)
        #expect(try contents("records") == earlierRecords)
        try FileManager.default.removeItem(atPath: file("position"))
        #expect(try lethe.start(arguments).finish().status == 3)
        #expect(try contents("records") == earlierRecords)
    }

    @Test("export that is really killed in the middle ends in the same file when it is run again")
    func exportReallyKilled() throws {
        try scan(15_000, name: "large.jsonl", customer: "globex")
        let arguments = ["audit", "export", "--output", file("records"), "--checkpoint", file("position")]
        let running = try WatchedCommand(lethe, arguments)
        var status = stat()
        while running.isRunning, stat(file("records"), &status) != 0 || status.st_size == 0 { sched_yield() }
        running.kill()
        #expect(try jobState()["sequence"] as? Int == 0)
        let outcome = try lethe.start(arguments).finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try sequences(contents("records")) == Array(1...15_014))
    }

    @Test("An output that was moved away is begun anew behind the last record")
    func exportRotated() throws {
        let arguments = ["audit", "export", "--output", file("records"), "--checkpoint", file("position")]
        #expect(try lethe.start(arguments).finish().status == 0)
        try FileManager.default.moveItem(atPath: file("records"), toPath: file("records.1"))
        try scan(2, name: "two.jsonl", customer: "globex")
        #expect(try lethe.start(arguments).finish().status == 0)
        #expect(try sequences(contents("records")) == [14, 15, 16])
    }

    @Test("export does not go on in another ledger: exit code 4")
    func exportElsewhere() throws {
        let arguments = ["audit", "export", "--checkpoint", file("position")]
        #expect(try lethe.start(arguments).finish().status == 0)
        for suffix in ["", "-wal", "-shm", ".head"] {
            try FileManager.default.removeItem(atPath: file("audit.sqlite") + suffix)
        }
        try scan(12, name: "one.jsonl", customer: "acme")
        let outcome = try lethe.start(arguments).finish()
        #expect(outcome.status == 4)
        #expect(outcome.output.isEmpty && outcome.errors.contains("position-mismatch"))
    }

    @Test("A file alone is replaced as a whole")
    func exportToFile() throws {
        try lethe.folder.write("old", to: "records")
        #expect(try lethe.run("audit", "export", "--output", file("records")).output.isEmpty)
        #expect(try contents("records") == (try lethe.run("audit", "export").output))
    }

    @Test("A key is made, shown, rotated and trusted through what is held of it")
    func keys() throws {
        let key = ["--key", file("key")]
        let created = try lethe.start(["audit", "key", "create"] + key).finish()
        #expect(created.status == 0, "\(created.errors)")
        #expect(try lethe.start(["audit", "key", "create"] + key).finish().status == 3)
        let shown = try lethe.start(["audit", "key", "show"] + key).finish()
        #expect(shown.status == 0 && shown.output.contains("BEGIN PUBLIC KEY") && !shown.output.contains("PRIVATE"))
        try lethe.folder.write(shown.output, to: "held.pub")
        let first = try #require(
            try lethe.start(["audit", "key", "show", "--json"] + key).finish().json()["key"] as? String)
        #expect(shown.output.hasPrefix("key \(first)\n"))
        let rotated = try lethe.start(["audit", "key", "rotate"] + key).finish()
        #expect(rotated.status == 0, "\(rotated.errors)")
        #expect(FileManager.default.fileExists(atPath: file("key." + first)))
        let verified = try lethe.run("audit", "verify", "--public-key", file("held.pub"), "--json")
        #expect(verified.status == 0)
        let checkpoints = try #require(try verified.json()["checkpoints"] as? [String: Any])
        #expect(checkpoints["count"] as? Int == 2 && checkpoints["keys"] as? String == "given")
        #expect(try lethe.run("audit", "verify").output.contains("the keys come from the chain itself"))
        // The new key alone does not vouch for the old one's checkpoint.
        try lethe.folder.write(lethe.start(["audit", "key", "show"] + key).finish().output, to: "new.pub")
        let other = try lethe.run("audit", "verify", "--public-key", file("new.pub"))
        #expect(other.status == 4 && other.output.contains("bad-signature"))
        let both = ["audit", "verify", "--public-key", file("held.pub"), "--public-key", file("new.pub")]
        #expect(try lethe.start(both).finish().status == 0)
        #expect(try lethe.run("audit", "verify", "--public-key", file("missing.pub")).status == 3)
    }

    @Test("A key that others may read is not used")
    func exposedKey() throws {
        let key = ["--key", file("key")]
        #expect(try lethe.start(["audit", "key", "create"] + key).finish().status == 0)
        chmod(file("key"), 0o644)
        for command in ["show", "rotate", "create"] {
            let outcome = try lethe.start(["audit", "key", command] + key).finish()
            #expect(outcome.status == 3 && outcome.errors.contains("key-exposed"))
        }
    }

    @Test("A backup is verified, stands alone and is never overwritten")
    func backup() throws {
        #expect(try lethe.run("audit", "key", "create", "--key", file("key")).status == 0)
        let outcome = try lethe.run("audit", "backup", file("copy.sqlite"))
        #expect(outcome.status == 0 && outcome.output.contains("intact: 14 records"), "\(outcome.errors)")
        #expect(try lethe.run("audit", "backup", file("copy.sqlite")).status == 3)
        let verified = try lethe.run("audit", "verify", "--database", file("copy.sqlite"))
        #expect(verified.output == outcome.output)
        // The last line of the checkpoints file is that of a record that the copy lost.
        for suffix in ["", "-wal", "-shm", ".head"] {
            try FileManager.default.removeItem(atPath: file("audit.sqlite") + suffix)
        }
        try FileManager.default.moveItem(atPath: file("audit.sqlite.checkpoints"), toPath: file("kept"))
        try scan(12, name: "one.jsonl", customer: "acme")
        try FileManager.default.moveItem(atPath: file("kept"), toPath: file("audit.sqlite.checkpoints"))
        let tampered = try lethe.run("audit", "backup", file("second.sqlite"))
        #expect(tampered.status == 4 && tampered.output.contains("TAMPERED"))
        #expect(!FileManager.default.fileExists(atPath: file("second.sqlite")))
    }
}

/// A command under way whose output is read meanwhile.
private final class WatchedCommand {
    private let process = Process()
    private let path: String

    init(_ lethe: LetheProcess, _ arguments: [String]) throws {
        path = try lethe.folder.write("", to: "watched")
        process.executableURL = URL(fileURLWithPath: LetheProcess.binary)
        process.arguments = arguments
        process.environment = lethe.environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try process.run()
    }

    deinit { kill() }

    var isRunning: Bool { process.isRunning }

    /// The whole lines so far.
    var output: String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.lastIndex(of: "\n").map { String(text[...$0]) } ?? ""
    }

    /// Ends it as nothing can hold up, and waits for the end.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
