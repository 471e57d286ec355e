import AuditLog
import Foundation
import Gate
import Moderation
import Registry
import Storage
import TestSupport
import Testing
import Vault

@Suite("What the gate says")
struct AnswerTests {
    @Test(
        "Each answer has its exit code, its name, and whether waiting helps",
        arguments: [
            (Gate.Answer.open(path: "p", sha256: "s", record: 1), Int32(0), "open", false),
            (.rejected(reason: "r"), 1, "rejected", false), (.unknown, 3, "unknown", true),
            (.deferred(reason: "r", isFinal: false), 5, "deferred", true),
            (.deferred(reason: "r", isFinal: true), 5, "deferred", false),
            (.pending(state: "claimed"), 6, "pending", true),
            (.altered(reason: "r"), 7, "altered", false),
        ])
    func exitCodes(_ answer: Gate.Answer, _ code: Int32, _ name: String, _ isProvisional: Bool) {
        #expect(answer.exitCode == code && answer.name == name && answer.isProvisional == isProvisional)
    }

    @Test("It is open only for a verdict that clears rows", arguments: Verdict.allCases)
    func verdicts(_ verdict: Verdict) throws {
        let bench = try Bench()
        let id = try bench.judge(1, verdict)
        let answer = try bench.gate.answer(id)
        let sequence = try bench.registry.reader.lastSequence()
        switch verdict {
        case .cleared, .clearedWithRemovals:
            #expect(answer == .open(path: bench.cleared(id), sha256: Bench.hash, record: sequence))
        case .rejected: #expect(answer == .rejected(reason: "a reason"))
        case .deferred: #expect(answer == .deferred(reason: "a reason", isFinal: true))
        }
    }

    @Test("It follows a dataset from its claim to its cancellation")
    func states() throws {
        let bench = try Bench()
        #expect(try bench.gate.answer(dataset(1)) == .unknown)
        let id = try bench.receive(1)
        #expect(try bench.gate.answer(id) == .pending(state: "parsed"))
        try bench.registry.defer(
            id, code: "low-disk-space", reason: "the disk is full", retryAt: AuditTime(Date()))
        #expect(try bench.gate.answer(id) == .deferred(reason: "the disk is full", isFinal: false))
        try bench.registry.parse(id, rows: 3, malformed: 0, basis: "basis", policy: "default")
        try bench.decide(id, .cleared)
        #expect(try bench.gate.answer(id) == .pending(state: "publishing"))
        try bench.publish(id)
        #expect(try bench.gate.answer(id).name == "open")
        // What was cleared before opens nothing while it is judged again.
        try bench.registry.reopen(id, by: "anna", reason: nil)
        #expect(try bench.gate.answer(id) == .pending(state: "claimed"))
        try bench.registry.cancel(id, by: "anna", reason: "wrong file")
        #expect(try bench.gate.answer(id) == .rejected(reason: "its judgement was cancelled: wrong file"))
        try bench.registry.reopen(id, by: "anna", reason: nil)
        try bench.registry.cancel(id, by: "anna", reason: nil)
        #expect(try bench.gate.answer(id) == .rejected(reason: "its judgement was cancelled"))
        let withdrawn = dataset(2)
        try bench.registry.receive(
            withdrawn, customer: "acme", name: "rows.jsonl", device: 1, inode: 2, bytes: 30)
        #expect(try bench.gate.answer(withdrawn) == .pending(state: "received"))
        try bench.registry.withdraw(withdrawn)
        #expect(try bench.gate.answer(withdrawn) == .unknown)
    }

    @Test(
        "It follows a moderator's decisions to the file that each has made",
        arguments: [
            QuarantinedRow.State.released, .confirmed, .open,
        ])
    func moderated(_ state: QuarantinedRow.State) throws {
        let bench = try Bench()
        let id = try bench.judge(1)
        // A decision that changes no file leaves the one in force.
        try bench.moderate(id, .confirmed, cleared: nil)
        try bench.moderate(id, state, cleared: nil)
        #expect(try bench.gate.answer(id).name == "open")
        let contents = "other rows\n"
        try bench.moderate(id, state, cleared: sha256(of: Array(contents.utf8)))
        #expect(try bench.gate.answer(id) == .altered(reason: "the cleared file has not the recorded hash"))
        try bench.publish(id, contents)
        let sequence = try bench.registry.reader.lastSequence()
        #expect(
            try bench.gate.answer(id)
                == .open(path: bench.cleared(id), sha256: sha256(of: Array(contents.utf8)), record: sequence))
        try bench.moderate(id, .confirmed, cleared: nil)
        #expect(try bench.gate.answer(id).name == "open")
    }

    @Test(
        "A decision on a row of a dataset that clears nothing leaves it rejected",
        arguments: QuarantinedRow.State.allCases)
    func moderatedRejection(_ state: QuarantinedRow.State) throws {
        let bench = try Bench()
        let id = try bench.judge(1, .rejected)
        try bench.moderate(id, state, cleared: nil)
        #expect(try bench.gate.answer(id) == .rejected(reason: "a reason"))
    }

    /// What somebody did to the cleared file.
    enum Damage: CaseIterable {
        case oneByte
        case appended
        case emptied
        case missing
        case link
        case folder
        case folderGone
    }

    @Test("A cleared file that is not what was recorded never opens it", arguments: Damage.allCases)
    func alteredFile(_ damage: Damage) throws {
        let bench = try Bench()
        let id = try bench.judge(1)
        let path = bench.cleared(id)
        switch damage {
        case .oneByte: try AtomicFile.write(Array("the rowz\n".utf8), to: path)
        case .appended: try AtomicFile.write(Array((Bench.contents + "\n").utf8), to: path)
        case .emptied: try AtomicFile.write([UInt8](), to: path)
        case .missing: try Folder.remove(path)
        case .link:
            // The same bytes, but somewhere else.
            let elsewhere = try bench.folder.write(Bench.contents, to: "elsewhere")
            try Folder.remove(path)
            #expect(symlink(elsewhere, path) == 0)
        case .folder:
            try Folder.remove(path)
            try Folder.create(path)
        case .folderGone: try Folder.remove(bench.layout.clearedFolder(id, customer: "acme"))
        }
        #expect(try bench.gate.answer(id).exitCode == 7)
    }

    @Test("A purged file is told of as such")
    func purged() throws {
        let bench = try Bench()
        let id = try bench.judge(1)
        try Folder.remove(bench.cleared(id))
        try bench.registry.purge(id, what: "cleared")
        #expect(try bench.gate.answer(id) == .altered(reason: "the cleared file was purged"))
    }

    @Test(
        "A record that was changed never opens it",
        arguments: [
            "UPDATE audit_record SET verdict = 'cleared' WHERE event = 'dataset.judged'",
            "UPDATE audit_record SET body = replace(body, 'a reason', 'b reason') WHERE event = 'dataset.judged'",
            "UPDATE audit_record SET body = 'no JSON' WHERE event = 'dataset.judged'",
            "UPDATE audit_record SET customer = 'other' WHERE event = 'dataset.judged'",
            "UPDATE audit_record SET time = '2026-01-01T00:00:00.000000Z' WHERE event = 'dataset.judged'",
            "UPDATE audit_record SET hash = zeroblob(32) WHERE event = 'dataset.judged'",
        ])
    func alteredRecord(_ sql: String) throws {
        let bench = try Bench()
        let id = try bench.judge(1, .rejected)
        try bench.publish(id)
        let sequence = try bench.registry.reader.lastSequence()
        #expect(try bench.gate.answer(id) == .rejected(reason: "a reason"))
        try bench.tamper(sql)
        #expect(try bench.gate.answer(id) == .altered(reason: "audit record \(sequence) was changed"))
    }

    @Test("A record of the hash in force that was changed never opens it, behind a decision that is whole")
    func alteredBefore() throws {
        let bench = try Bench()
        let id = try bench.judge(1)
        try bench.moderate(id, .confirmed, cleared: nil)
        let contents = "evil rows\n"
        try bench.publish(id, contents)
        try bench.tamper(
            """
            UPDATE audit_record SET body = replace(body, '\(Bench.hash)', '\(sha256(of: Array(contents.utf8)))')
            WHERE event = 'dataset.judged'
            """)
        #expect(try bench.gate.answer(id).exitCode == 7)
    }

    @Test("The register of states alone opens nothing")
    func register() throws {
        let bench = try Bench()
        let id = try bench.judge(1, .rejected)
        try bench.publish(id)
        try bench.tamper("UPDATE dataset SET verdict = 'cleared', state = 'decided', is_published = 1")
        #expect(try bench.gate.answer(id) == .rejected(reason: "a reason"))
    }
}
