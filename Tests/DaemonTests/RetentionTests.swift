import Daemon
import Foundation
import Gate
import Moderation
import Outbox
import Registry
import Storage
import TestSupport
import Testing
import Vault

@Suite("What is kept, and how long")
struct RetentionTests {
    private let day = 86_400.0

    /// What is kept of a dataset.
    private func kept(_ bench: Bench, _ id: DatasetID) throws -> Set<String> {
        var kept: Set<String> = []
        if try bench.daemon.vault.original(id) != nil { kept.insert("original") }
        if try bench.exists(bench.layout.quarantineFolder(id)) { kept.insert("quarantine") }
        if try bench.exists(bench.layout.clearedFolder(id, customer: "acme")) { kept.insert("cleared") }
        if try bench.exists(bench.layout.report(id)) { kept.insert("report") }
        return kept
    }

    private func purge(_ bench: Bench) { MaintenanceLoop(bench.daemon).runOnce() }

    private func confirm(_ bench: Bench, _ id: DatasetID) throws {
        try bench.daemon.decide(id, lines: [2], state: .confirmed, actor: "anna", reason: nil)
    }

    private let all: Set = ["original", "quarantine", "cleared", "report"]

    @Test("Without a rule everything is kept for ever")
    func forever() throws {
        let bench = try Bench()
        let id = try bench.submit()
        try confirm(bench, id)
        bench.time.pass(10_000 * day)
        purge(bench)
        #expect(try kept(bench, id) == all)
    }

    @Test(
        "Each thing is kept for its days, counted from its last change",
        arguments: ["original", "quarantine", "cleared"])
    func days(_ what: String) throws {
        let bench = try Bench("retention: { \(what)_days: 2 }")
        let id = try bench.submit()
        bench.time.pass(day)
        try confirm(bench, id)
        bench.time.pass(day - 1)
        purge(bench)
        #expect(try kept(bench, id) == all)
        bench.time.pass(2)
        purge(bench)
        // Quarantined rows are counted from their decision.
        #expect(try kept(bench, id) == (what == "quarantine" ? all : all.subtracting([what])))
        bench.time.pass(day)
        for _ in 0..<2 { purge(bench) }
        #expect(try kept(bench, id) == all.subtracting([what]))
        #expect(try bench.events().count { $0 == "dataset.purged" } == 1)
        #expect(try bench.gate(id).exitCode == (what == "cleared" ? 7 : 0))
        #expect(try bench.entry(id).isPurged == (what == "cleared"))
        #expect(bench.daemon.problems.isEmpty)
    }

    @Test("Nothing that an open case needs to be looked at is purged")
    func openCase() throws {
        let bench = try Bench("retention: { original_days: 0, quarantine_days: 0, original_bytes: 0 }")
        let id = try bench.submit()
        bench.time.pass(1000 * day)
        purge(bench)
        #expect(try kept(bench, id) == all)
        try bench.daemon.decide(id, lines: [2], state: .released, actor: "anna", reason: "harmless")
        bench.time.pass(1)
        purge(bench)
        #expect(try kept(bench, id) == ["cleared", "report"])
        #expect(try bench.gate(id).name == "open")
    }

    @Test("What waits for a judgement is never purged")
    func waiting() throws {
        let bench = try Bench("retention: { original_days: 0, quarantine_days: 0, cleared_days: 0, original_bytes: 0 }")
        let again = try bench.submit(Bench.row("ok"), name: "again.jsonl")
        let claimed = try bench.claim()
        try bench.daemon.rejudge(again, actor: "anna", reason: nil)
        bench.time.pass(1000 * day)
        purge(bench)
        for id in [claimed, again] { #expect(try bench.daemon.vault.original(id) != nil) }
        #expect(try bench.cleared(again) != nil)
    }

    @Test("Of originals that take too much together, the oldest go first")
    func bytes() throws {
        let contents = (0..<3).map { Bench.row("row \($0)") }
        let bench = try Bench("retention: { original_bytes: \(contents[0].utf8.count * 2) }")
        let ids = try contents.enumerated().map { try bench.submit($1, name: "\($0).jsonl") }
        purge(bench)
        #expect(try ids.map { try bench.daemon.vault.original($0) != nil } == [false, true, true])
        #expect(try bench.events().count { $0 == "dataset.purged" } == 1)
    }

    @Test(
        "Originals are kept as the configuration says",
        arguments: [("always", true, true), ("uncleared", false, true), ("never", false, false)])
    func originals(_ rule: String, _ cleared: Bool, _ rejected: Bool) throws {
        let bench = try Bench("retention: { originals: \(rule) }")
        let good = try bench.submit()
        let bad = try bench.submit(Bench.row("forbidden"), name: "bad.jsonl")
        #expect(try (bench.daemon.vault.original(good) != nil) == cleared)
        #expect(try (bench.daemon.vault.original(bad) != nil) == rejected)
        #expect(try Folder.names(bench.layout.claims).isEmpty)
    }

    @Test("A purge that a crash cut off is finished")
    func interrupted() throws {
        let bench = try Bench("retention: { cleared_days: 1 }")
        let id = try bench.submit()
        try Folder.remove(bench.layout.clearedFolder(id, customer: "acme"))
        bench.time.pass(2 * day)
        purge(bench)
        // An open case keeps everything.
        #expect(try !bench.entry(id).isPurged)
        let lines = try bench.daemon.registry.reader.rows(dataset: id).map(\.line)
        try bench.daemon.decide(id, lines: lines, state: .confirmed, actor: "test", reason: nil)
        bench.time.pass(2 * day)
        purge(bench)
        #expect(try bench.entry(id).isPurged)
        #expect(try bench.gate(id) == .altered(reason: "the cleared file was purged"))
    }

    @Test("How a message's delivery ended is recorded, and the message is not sent again", arguments: [true, false])
    func receipts(_ isDelivered: Bool) throws {
        let bench = try Bench("webhooks: [ { id: ops, url: \"https://a\" } ]")
        _ = try bench.submit()
        let message = try #require(try bench.daemon.registry.messages().first)
        let outbox = try Outbox(folder: bench.layout.outbox)
        #expect(try outbox.pendingIdentifiers() == [message.id])
        purge(bench)
        #expect(try outbox.pendingIdentifiers() == [message.id])
        try outbox.finish(
            OutboxReceipt(
                id: message.id, endpoint: "ops", isDelivered: isDelivered, status: isDelivered ? 200 : 410, attempts: 2,
                time: FakeClock.start, error: nil))
        for _ in 0..<2 { purge(bench) }
        #expect(try bench.daemon.registry.messages().isEmpty)
        #expect(try outbox.receipts().isEmpty && outbox.pendingIdentifiers().isEmpty)
        let event = isDelivered ? "webhook.delivered" : "webhook.failed"
        #expect(try bench.events().count { $0 == event } == 1)
    }
}
