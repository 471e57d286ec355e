import AuditLog
import Diagnostics
import Foundation
import Moderation
import Registry
import TestSupport
import Testing

@Suite("Verdicts, cases and what follows them")
struct DecisionTests {
    private let message = Registry.Message(id: "01KJ0000000000000000000001", endpoint: "ops", body: "{}")

    @Test("A verdict, its cases and its messages are one transaction")
    func decide() throws {
        let bench = try Bench()
        let id = try bench.make(1, .scored)
        let before = try bench.events().count
        let appended = try bench.decide(id, messages: [message])
        #expect(appended.head.sequence - appended.firstSequence == 3)
        #expect(
            try bench.events().suffix(4)
                == ["example.decided", "example.decided", "example.decided", "dataset.judged"])
        #expect(try bench.events().count == before + 4)
        #expect(try bench.reader.rows(dataset: id).map(\.line) == [2])
        #expect(try bench.registry.messages() == [message])
        #expect(try bench.reader.gateRecord(id, through: bench.registry.audit.reader)?.hash == appended.head.hash)
    }

    /// What makes a verdict's transaction fail.
    enum Fault: CaseIterable {
        case badDigest
        case sameCaseTwice
        case sameMessageTwice
    }

    @Test("A verdict that cannot be recorded leaves nothing", arguments: Fault.allCases)
    func nothing(_ fault: Fault) throws {
        let bench = try Bench()
        let id = try bench.make(1, .scored)
        let events = try bench.events()
        let row = QuarantinedRow(dataset: id, line: 2, rule: "words", state: .open)
        #expect(throws: (any Error).self) {
            try bench.decide(
                id, cleared: fault == .badDigest ? "no digest" : digest("c"),
                rows: fault == .sameCaseTwice ? [row, row] : [row],
                messages: fault == .sameMessageTwice ? [message, message] : [message])
        }
        #expect(try bench.events() == events)
        #expect(try bench.reader.entry(id)?.state == .scored)
        #expect(try bench.reader.rows(dataset: id).isEmpty)
        #expect(try bench.registry.messages().isEmpty)
    }

    @Test("A second verdict replaces the cases of the first")
    func again() throws {
        let bench = try Bench()
        let id = try bench.make(1, .decided)
        try bench.registry.reopen(id, by: "anna", reason: nil)
        try bench.registry.parse(id, rows: 3, malformed: 0, basis: "basis", policy: "default")
        try bench.decide(id, rows: [QuarantinedRow(dataset: id, line: 3, rule: "bias", state: .open)])
        #expect(try bench.reader.rows(dataset: id).map(\.line) == [3])
    }

    @Test(
        "A moderator's decision changes the case, and is one record a row",
        arguments: [
            (QuarantinedRow.State.released, "example.released", "released"),
            (.confirmed, "example.confirmed", "quarantined"), (.open, "example.restored", "quarantined"),
        ])
    func moderate(_ state: QuarantinedRow.State, _ event: String, _ disposition: String) throws {
        let bench = try Bench()
        let id = try bench.make(1, .decided)
        try bench.moderate(id, state, cleared: digest("d"))
        let row = try #require(try bench.reader.rows(dataset: id).first)
        #expect(row.state == state && row.actor == "uid:1000 (anna)" && row.reason == "seen")
        let record = try #require(try bench.reader.gateRecord(id, through: bench.registry.audit.reader))
        #expect(record.event == event && record.disposition == disposition && record.line == 2)
        #expect(record.subject == "\(id):2" && record.actor == "uid:1000 (anna)")
        #expect(record.body == #"{"cleared":"\#(digest("d"))","reason":"seen"}"#)
        #expect(try bench.reader.openCaseCount() == (state == .open ? 1 : 0))
        #expect(try bench.reader.rows(states: [state]).count == 1)
        #expect(try bench.reader.decidedRows(sha256: digest("a"), customer: "acme").map(\.state) == [state])
        #expect(try bench.reader.decidedRows(sha256: digest("a"), customer: "other").isEmpty)
    }

    @Test("A decision on a row that is no case changes none of the others")
    func unknownRow() throws {
        let bench = try Bench()
        let id = try bench.make(1, .decided)
        let events = try bench.events()
        let decision = Registry.RowDecision(
            dataset: id, lines: [2, 3], state: .released, actor: "anna", reason: "seen", clearedSHA256: nil)
        #expect { try bench.registry.decide(decision) } throws: { ($0 as? RegistryError)?.code == .unknownRow }
        #expect(try bench.events() == events)
        #expect(try bench.reader.rows(dataset: id).map(\.state) == [.open])
    }

    @Test("The latest decision on the same bytes comes first")
    func decidedRows() throws {
        let bench = try Bench()
        let first = try bench.make(1, .decided)
        let second = try bench.make(2, .decided)
        try bench.moderate(second, .confirmed, cleared: nil)
        bench.pass(1)
        try bench.moderate(first, .released, cleared: digest("d"))
        let rows = try bench.reader.decidedRows(sha256: digest("a"), customer: "acme")
        #expect(rows.map(\.dataset) == [first, second] && rows.map(\.state) == [.released, .confirmed])
    }

    @Test("The gate's record is the latest that opens or closes it")
    func gateRecord() throws {
        let bench = try Bench()
        let id = try bench.make(1, .parsed)
        let reader = bench.registry.audit.reader
        func latest() throws -> String? { try bench.reader.gateRecord(id, through: reader)?.event }
        #expect(try latest() == nil)
        try bench.registry.defer(id, code: "no-policy", reason: "none", retryAt: bench.time(30))
        #expect(try latest() == "dataset.deferred")
        try bench.registry.parse(id, rows: 3, malformed: 0, basis: "basis", policy: "default")
        try bench.decide(id)
        #expect(try latest() == "dataset.judged")
        for (state, event) in [
            (QuarantinedRow.State.released, "example.released"), (.confirmed, "example.confirmed"),
            (.open, "example.restored"),
        ] {
            try bench.moderate(id, state, cleared: digest("d"))
            #expect(try latest() == event)
        }
        try bench.registry.purge(id, what: "original")
        #expect(try latest() == "example.restored")
        try bench.registry.reopen(id, by: "anna", reason: nil)
        #expect(try latest() == "dataset.reopened")
        try bench.registry.cancel(id, by: "anna", reason: nil)
        #expect(try latest() == "dataset.cancelled")
        // Another dataset's records are not this one's.
        #expect(try bench.reader.gateRecord(dataset(2), through: reader) == nil)
    }

    @Test("A decision that changed no file is passed over on the way to what is in force")
    func inForce() throws {
        let bench = try Bench()
        let id = try bench.make(1, .decided)
        func hash() throws -> String? {
            try bench.reader.gateRecord(id, through: bench.registry.audit.reader).flatMap {
                try CanonicalJSON(parsing: $0.body)["cleared"]?.text
            }
        }
        #expect(try hash() == digest("c"))
        try bench.moderate(id, .confirmed, cleared: nil)
        #expect(try hash() == digest("c"))
        try bench.moderate(id, .released, cleared: digest("d"))
        #expect(try hash() == digest("d"))
        try bench.moderate(id, .confirmed, cleared: digest("e"))
        for state in QuarantinedRow.State.allCases { try bench.moderate(id, state, cleared: nil) }
        #expect(try hash() == digest("e"))
        let rejected = try bench.make(2, .decided, verdict: .rejected)
        try bench.moderate(rejected, .open, cleared: nil)
        let record = try #require(try bench.reader.gateRecord(rejected, through: bench.registry.audit.reader))
        #expect(record.event == "dataset.judged" && record.verdict == "rejected")
    }

    @Test("A refused file is recorded once for each state of it")
    func refuse() throws {
        let bench = try Bench()
        func refuse(device: Int64 = 1, inode: Int64 = 2, bytes: Int = 3, modified: String = "4.5") throws -> Bool {
            try bench.registry.refuse(
                customer: "acme", name: "big.jsonl", device: device, inode: inode, bytes: bytes, modified: modified,
                code: "too-large", reason: "it is larger than the configuration allows")
        }
        #expect(try refuse())
        #expect(try !refuse())
        #expect(try refuse(device: 9))
        #expect(try refuse(inode: 9))
        #expect(try refuse(bytes: 9))
        #expect(try refuse(modified: "4.6"))
        #expect(try bench.events() == Array(repeating: "file.refused", count: 5))
    }

    @Test("What is purged is noted; the decisions on its rows stay, for the same bytes may come again")
    func purge() throws {
        let bench = try Bench()
        let id = try bench.make(1, .decided)
        try bench.registry.purge(id, what: "original")
        #expect(try bench.reader.entry(id)?.isPurged == false)
        #expect(try bench.reader.rows(dataset: id).count == 1)
        try bench.registry.purge(id, what: "cleared")
        #expect(try bench.reader.entry(id)?.isPurged == true)
        try bench.registry.purge(id, what: "quarantine")
        #expect(try bench.reader.rows(dataset: id).count == 1)
        #expect(try bench.events().suffix(3) == Array(repeating: "dataset.purged", count: 3))
    }

    @Test("A message's end is recorded once", arguments: [true, false])
    func finish(_ delivered: Bool) throws {
        let bench = try Bench()
        let id = try bench.make(1, .scored)
        try bench.decide(id, messages: [message])
        for _ in 0..<2 {
            try bench.registry.finish(message: message.id, delivered: delivered, detail: ["attempts": .integer(2)])
        }
        #expect(try bench.registry.messages().isEmpty)
        let event = delivered ? "webhook.delivered" : "webhook.failed"
        #expect(try bench.events().count { $0.hasPrefix("webhook.") } == 1)
        #expect(try bench.events().last == event)
        let record = try #require(try bench.registry.audit.reader.record(bench.reader.lastSequence()))
        #expect(record.body == #"{"attempts":2,"endpoint":"ops","message":"\#(message.id)"}"#)
        #expect(record.subject == id.description && record.customer == "acme")
    }
}
