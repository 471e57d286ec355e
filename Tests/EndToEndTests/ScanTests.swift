import Foundation
import TestSupport
import Testing

@Suite("lethe scan")
struct ScanTests {
    private let rows = LetheProcess.rows(20, ask: "sum", answer: "four")
    private let bad = #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"forbidden"}]}"# + "\n"

    @Test("A clean dataset is cleared with exit code 0, and its cleared file has its bytes")
    func cleared() throws {
        let lethe = try LetheProcess()
        let path = try lethe.folder.write(rows, to: "data.jsonl")
        let outcome = try lethe.run("scan", path, "--out", lethe.folder.file("out"), "--json")
        #expect(outcome.status == 0)
        #expect(try outcome.json()["verdict"] as? String == "cleared")
        #expect(try String(contentsOfFile: lethe.folder.file("out/cleared.jsonl"), encoding: .utf8) == rows)
        #expect(try String(contentsOfFile: lethe.folder.file("out/report.json"), encoding: .utf8) == outcome.output)
        #expect(!outcome.errors.isEmpty)
        #expect(try lethe.run("audit", "verify").status == 0)
        #expect(try lethe.run("audit", "list", "--disposition", "accepted", "--all", "--json").status == 0)
        #expect(try lethe.run("audit", "list", "--disposition", "quarantined").status == 1)
    }

    @Test("Removed rows give exit code 1, a table, and audit records that tell the rule")
    func removals() throws {
        let lethe = try LetheProcess()
        let path = try lethe.folder.write(bad + rows + "{oops", to: "data.jsonl")
        let outcome = try lethe.run("scan", path, "--out", lethe.folder.file("out"), "--customer", "acme")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("cleared-with-removals"))
        #expect(outcome.output.contains("dataset.invalid-json"))
        #expect(try String(contentsOfFile: lethe.folder.file("out/cleared.jsonl"), encoding: .utf8) == rows)
        let listed = try lethe.run("audit", "list", "--rule", "words", "--customer", "acme", "--format", "csv")
        #expect(listed.status == 0)
        #expect(listed.output.contains("quarantined"))
        #expect(!outcome.output.contains("forbidden") && !outcome.errors.contains("forbidden"))
    }

    @Test("Too small a dataset is deferred with exit code 5 and clears nothing")
    func deferred() throws {
        let lethe = try LetheProcess()
        let path = try lethe.folder.write(LetheProcess.rows(3, ask: "a", answer: "b"), to: "data.jsonl")
        let outcome = try lethe.run("scan", path, "--out", lethe.folder.file("out"), "--json")
        #expect(outcome.status == 5)
        #expect(try outcome.json()["verdict"] as? String == "deferred")
        #expect(!FileManager.default.fileExists(atPath: lethe.folder.file("out/cleared.jsonl")))
    }

    @Test("Two scans give the same scores to the last bit, on any number of threads")
    func repeatable() throws {
        let lethe = try LetheProcess()
        let path = try lethe.folder.write(rows, to: "data.jsonl")
        func scores(_ threads: String) throws -> String {
            let rows = try lethe.run("scan", path, "--json", "--threads", threads).json()["rows"] ?? []
            return String(
                decoding: try JSONSerialization.data(withJSONObject: rows, options: .sortedKeys), as: UTF8.self)
        }
        let first = try scores("1")
        #expect(first.contains("score"))
        #expect(try scores("1") == first)
        #expect(try scores("3") == first)
    }

    /// Inputs that are no dataset, made in a folder: name and maker.
    static let unusable: [(name: String, make: @Sendable (TemporaryFolder) throws -> String)] = [
        ("a missing file", { $0.file("nowhere.jsonl") }),
        ("an empty file", { try $0.write("", to: "empty.jsonl") }),
        ("a directory", { $0.path }),
        (
            "a FIFO",
            { folder in
                mkfifo(folder.file("fifo"), 0o600)
                return folder.file("fifo")
            }
        ),
        (
            "one line of 100 MB",
            { try $0.write([UInt8](repeating: UInt8(ascii: "x"), count: 100_000_000), to: "garbage.jsonl") }
        ),
        ("blank lines", { try $0.write("\n\n  \n", to: "blank.jsonl") }),
        ("a binary file", { try $0.write((0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7919) }, to: "b.jsonl") }),
    ]

    @Test("What is no dataset is a clear error with exit code 3, and nothing is left behind", arguments: 0..<7)
    func unusableInputs(index: Int) throws {
        let lethe = try LetheProcess()
        let path = try ScanTests.unusable[index].make(lethe.folder)
        let outcome = try lethe.run("scan", path, "--out", lethe.folder.file("out"), "--json")
        #expect(outcome.status == 3, "\(ScanTests.unusable[index].name): \(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("lethe: error: \(path)"))
        #expect(!FileManager.default.fileExists(atPath: lethe.folder.file("out")))
        #expect(!FileManager.default.fileExists(atPath: lethe.folder.file("audit.sqlite")))
    }

    @Test("A file without permission is an error", .enabled(if: getuid() != 0, "root may read every file"))
    func withoutPermission() throws {
        let lethe = try LetheProcess()
        let path = try lethe.folder.write(rows, to: "data.jsonl")
        chmod(path, 0)
        let outcome = try lethe.run("scan", path)
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("permission denied"))
    }

    @Test("Wrong usage gives exit code 2", arguments: [["scan"], ["scan", "a", "--threads", "0"], ["nonsense"]])
    func usage(arguments: [String]) throws {
        let outcome = try LetheProcess().start(arguments).finish()
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(!outcome.errors.isEmpty)
    }

    @Test("Ctrl-C stops a run with exit code 130 and leaves nothing behind")
    func interruption() throws {
        let lethe = try LetheProcess()
        let policy = try String(contentsOfFile: lethe.folder.file("policy.yaml"), encoding: .utf8)
        try lethe.folder.write(
            policy.replacingOccurrences(of: "custom_epochs: 2", with: "custom_epochs: 1000"), to: "policy.yaml")
        let path = try lethe.folder.write(LetheProcess.rows(3000, ask: "sum", answer: "four"), to: "data.jsonl")
        let running = try lethe.start(["scan", path, "--out", lethe.folder.file("out")])
        while running.isRunning, !running.errorsSoFar.contains("custom") { sched_yield() }
        running.interrupt()
        let outcome = try running.finish()
        #expect(outcome.status == 130)
        #expect(!FileManager.default.fileExists(atPath: lethe.folder.file("out")))
        #expect(!FileManager.default.fileExists(atPath: lethe.folder.file("audit.sqlite")))
    }
}
