import AuditLog
import Daemon
import Diagnostics
import Foundation
import Gate
import Moderation
import Registry
import Reports
import Storage
import Synchronization
import TestSupport
import Testing
import Vault

@Suite("From a claim to its verdict")
struct JudgingTests {
    private static let first = Bench.row("one") + "\n"
    private static let second = Bench.row("forbidden") + "\r\n"
    private static let third = Bench.row("three")

    @Test("A dataset is split, recorded, signed and published, and the gate opens for what is cleared")
    func verdict() throws {
        let bench = try Bench()
        let id = try bench.submit()
        let entry = try bench.entry(id)
        #expect(entry.state == .decided && entry.verdict == .clearedWithRemovals && entry.isPublished)
        #expect(try bench.cleared(id) == Self.first + Self.third)
        #expect(try bench.gate(id).name == "open")
        #expect(try bench.reader.rows(dataset: id).map(\.line) == [2])
        let manifest = try bench.daemon.vault.manifest(id, customer: "acme")
        #expect(manifest.signature?.key == bench.daemon.signingKeyID)
        #expect(manifest.input.sha256 == entry.sha256 && manifest.output.rows == 2 && manifest.released.isEmpty)
        #expect(manifest.output.bytes == (Self.first + Self.third).utf8.count)
        let record = try #require(
            try bench.reader.gateRecord(id, through: bench.daemon.registry.audit.reader))
        #expect(manifest.audit == .init(sequence: record.sequence, hash: record.hash))
        #expect(try sha256(of: #require(try bench.daemon.reportBytes(id))) == entry.report)
        #expect(try bench.daemon.vault.original(id)?.hasPrefix(bench.layout.originals) == true)
        #expect(try Folder.names(bench.layout.work).isEmpty && Folder.names(bench.layout.claims).isEmpty)
        #expect(try bench.daemon.registry.audit.reader.verify().failure == nil)
    }

    @Test(
        "What is no dataset, or holds nothing that may be learnt, is rejected with its reason",
        arguments: [
            ("", "no rows"), ("\n\n", "no rows"), ("{broken\n", nil), (Bench.row("forbidden"), "no row may be learnt"),
        ])
    func rejected(_ contents: String, _ reason: String?) throws {
        let bench = try Bench()
        let id = try bench.submit(contents)
        let entry = try bench.entry(id)
        #expect(entry.verdict == .rejected && entry.isPublished)
        #expect(entry.reason?.isEmpty == false)
        #expect(try bench.gate(id).exitCode == 1)
        #expect(try bench.cleared(id) == nil)
    }

    @Test("The same bytes of the same customer are judged once")
    func reused() throws {
        let bench = try Bench()
        let first = try bench.submit()
        let second = try bench.submit(name: "again.jsonl")
        let other = try bench.submit(customer: "bulk")
        func body(_ id: DatasetID) throws -> CanonicalJSON {
            try CanonicalJSON(
                parsing: #require(
                    try bench.reader.gateRecord(id, through: bench.daemon.registry.audit.reader)
                ).body)
        }
        #expect(try body(second)["reused_from"]?.text == first.description)
        #expect(try body(other)["reused_from"] == nil)
        #expect(try bench.cleared(second) == bench.cleared(first))
        #expect(try body(second)["name"]?.text == "again.jsonl")
        // Another policy is another basis.
        try Bench.write(policy: "policy", word: "three", in: bench.folder)
        try bench.restart()
        let third = try bench.submit(name: "third.jsonl")
        #expect(try body(third)["reused_from"] == nil)
        #expect(try bench.cleared(third) == Self.first + Self.second)
    }

    @Test("A failure puts a dataset off, longer each time, and the gate says so")
    func deferred() throws {
        let bench = try Bench(
            "scoring: { retry_seconds: 10, maximum_retry_seconds: 30 }",
            "policies: [ { customers: bulk, policy: policy.yaml } ]")
        let id = try bench.claim()
        for (attempt, seconds) in [10.0, 20, 30, 30].enumerated() {
            try bench.judge()
            let entry = try bench.entry(id)
            #expect(entry.state == .deferred && entry.attempts == attempt + 1)
            #expect(try entry.retryAt == AuditTime(bench.time.clock.now() + seconds).description)
            #expect(try bench.gate(id).exitCode == 5)
            bench.time.pass(seconds)
        }
        try Bench.write(configuration: [], in: bench.folder)
        try bench.restart()
        try bench.judge()
        #expect(try bench.entry(id).verdict == .clearedWithRemovals && bench.entry(id).attempts == 0)
    }

    @Test("Too little room is a failure, never a verdict")
    func noSpace() throws {
        let bench = try Bench("inbox: { minimum_free_bytes: 1125899906842624 }")
        let id = try bench.submit()
        #expect(try bench.entry(id).state == .deferred && bench.entry(id).verdict == nil)
        #expect(try bench.events().suffix(1) == ["dataset.deferred"])
    }

    @Test("A file that was changed after its claim is judged as what it is now")
    func changed() throws {
        let bench = try Bench()
        let id = try bench.claim()
        let handle = try #require(FileHandle(forUpdatingAtPath: bench.daemon.vault.requireOriginal(id)))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(("\n" + Bench.row("four")).utf8))
        try handle.close()
        try bench.judge()
        let entry = try bench.entry(id)
        #expect(entry.sha256 == sha256(of: Array((Bench.rows + "\n" + Bench.row("four")).utf8)))
        #expect(try bench.cleared(id) == Self.first + Self.third + "\n" + Bench.row("four"))
    }

    @Test("Customers take turns")
    func turns() throws {
        let bench = try Bench()
        var ids: [DatasetID] = []
        for customer in ["acme", "acme", "bulk"] {
            ids.append(try bench.claim(Bench.row("\(customer)\(ids.count)"), customer: customer))
        }
        try bench.judge(3)
        let judged = try bench.daemon.registry.audit.reader.records(matching: AuditQuery()).filter {
            $0.event == "dataset.judged"
        }.map(\.subject)
        #expect(judged == [ids[0], ids[2], ids[1]].map(\.description))
    }

    @Test("A dataset that comes between a look at the queue and the wait is judged at once", .timeLimit(.minutes(1)))
    func woken() throws {
        let bench = try Bench(
            "scoring: { retry_seconds: 3600 }", "policies: [ { customers: acme, policy: policy.yaml } ]")
        let id = try bench.submit()
        // One that waits for an hour: the loop asks for the date once more after it has looked at the queue.
        _ = try bench.submit(customer: "bulk")
        let daemon = bench.daemon
        bench.log.onMessage { if $0 == "dataset judged" { daemon.stop() } }
        let looks = Mutex(0)
        bench.time.onNow {
            guard
                looks.withLock({
                    $0 += 1; return $0
                }) == 2
            else { return }
            let isDone = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                try? daemon.rejudge(id, actor: "test", reason: "again")
                isDone.signal()
            }
            isDone.wait()
        }
        JudgingLoop(daemon).run()
        bench.time.onNow(nil)
        bench.log.onMessage(nil)
        #expect(try bench.events().count { $0 == "dataset.judged" } == 2)
        #expect(try bench.entry(id).state == .decided)
    }

    @Test("A cancelled dataset is judged no more, until it is judged again")
    func cancel() throws {
        let bench = try Bench()
        let id = try bench.claim()
        try bench.daemon.cancel(id, actor: "uid:1 (anna)", reason: "wrong file")
        #expect(try bench.gate(id) == .rejected(reason: "its judgement was cancelled: wrong file"))
        #expect { try bench.daemon.cancel(id, actor: "anna", reason: nil) } throws: {
            ($0 as? RegistryError)?.code == .wrongState
        }
        try bench.daemon.rejudge(id, actor: "uid:1 (anna)", reason: "right after all")
        try bench.judge()
        #expect(try bench.gate(id).name == "open")
        #expect { try bench.daemon.cancel(id, actor: "anna", reason: nil) } throws: {
            ($0 as? RegistryError)?.code == .wrongState
        }
    }

    @Test("A dataset is judged again under the policy of now, and what was cleared before goes")
    func rejudge() throws {
        let bench = try Bench()
        let id = try bench.submit()
        try Bench.write(
            policy: "policy", word: "one", dataset: "dataset: { reject_when: { quarantined_fraction_above: 0.1 } }",
            in: bench.folder)
        try bench.restart()
        try bench.daemon.rejudge(id, actor: "anna", reason: nil)
        #expect(try bench.gate(id).exitCode == 6)
        try bench.judge()
        #expect(try bench.entry(id).verdict == .rejected && bench.gate(id).exitCode == 1)
        #expect(try bench.cleared(id) == nil)
        #expect(try bench.reader.rows(dataset: id).map(\.line) == [1])
        let other = try bench.receive(Bench.row("x"), name: "other.jsonl")
        #expect { try bench.daemon.rejudge(other, actor: "anna", reason: nil) } throws: {
            ($0 as? RegistryError)?.code == .wrongState
        }
    }

    @Test("What is not kept cannot be judged again")
    func notKept() throws {
        let bench = try Bench("retention: { originals: never }")
        let id = try bench.submit()
        #expect(try bench.daemon.vault.original(id) == nil)
        #expect { try bench.daemon.rejudge(id, actor: "anna", reason: nil) } throws: {
            ($0 as? VaultError)?.code == .originalMissing
        }
        #expect(try bench.gate(id).name == "open")
    }

    @Test("Receivers of verdicts get one message each, without a row's text")
    func messages() throws {
        let bench = try Bench(
            "webhooks: [ { id: ops, url: \"https://a\" }, { id: acme, url: \"https://b\", customers: acme }, "
                + "{ id: bulk, url: \"https://c\", customers: bulk } ]")
        let id = try bench.submit()
        let messages = try bench.daemon.registry.messages()
        #expect(messages.map(\.endpoint).sorted() == ["acme", "ops"])
        for message in messages {
            let body = try CanonicalJSON(parsing: message.body)
            #expect(body["dataset"]?.text == id.description && body["verdict"]?.text == "cleared-with-removals")
            #expect(body["id"]?.text == message.id && !message.body.contains("forbidden"))
            #expect(try bench.exists("\(bench.layout.outbox)/\(message.id).json"))
        }
    }
}
