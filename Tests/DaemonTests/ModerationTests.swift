import AuditLog
import ControlModels
import Daemon
import Diagnostics
import Foundation
import Gate
import Moderation
import Registry
import Reports
import Storage
import TestSupport
import Testing
import Vault

@Suite("Moderators' decisions")
struct ModerationTests {
    private static let first = Bench.row("one") + "\n"
    private static let second = Bench.row("forbidden") + "\r\n"
    private static let third = Bench.row("three")

    private func decide(
        _ bench: Bench, _ id: DatasetID, _ lines: [Int], _ state: QuarantinedRow.State, reason: String? = "seen"
    ) throws {
        try bench.daemon.decide(id, lines: lines, state: state, actor: "uid:1000 (anna)", reason: reason)
    }

    /// That file, manifest, register and ledger agree, and the gate opens for that.
    private func expectOpen(_ bench: Bench, _ id: DatasetID, _ contents: String, released: [Int]) throws {
        let hash = sha256(of: Array(contents.utf8))
        #expect(try bench.cleared(id) == contents)
        guard case .open(_, let opened, let sequence) = try bench.gate(id) else {
            Issue.record("the gate is \(try bench.gate(id).name)")
            return
        }
        #expect(opened == hash)
        let manifest = try bench.daemon.vault.manifest(id, customer: "acme")
        #expect(manifest.output.sha256 == hash && manifest.output.bytes == contents.utf8.count)
        #expect(manifest.released == released && manifest.output.rows == 2 + released.count)
        #expect(manifest.audit.sequence <= sequence)
        #expect(try bench.reader.rows(dataset: id, states: [.released]).map(\.line) == released)
        #expect(try !bench.exists(bench.layout.workFolder(id)))
    }

    @Test("A released row joins the cleared output, a restored or confirmed one leaves it")
    func roundTrip() throws {
        let bench = try Bench()
        let id = try bench.submit()
        try expectOpen(bench, id, Self.first + Self.third, released: [])
        for back in [QuarantinedRow.State.open, .confirmed, .open] {
            try decide(bench, id, [2], .released)
            try expectOpen(bench, id, Self.first + Self.second + Self.third, released: [2])
            // Twice is once.
            try decide(bench, id, [2], .released)
            try expectOpen(bench, id, Self.first + Self.second + Self.third, released: [2])
            try decide(bench, id, [2], back)
            try expectOpen(bench, id, Self.first + Self.third, released: [])
            #expect(try bench.reader.rows(dataset: id).map(\.state) == [back])
        }
        try decide(bench, id, [2], .confirmed, reason: nil)
        try expectOpen(bench, id, Self.first + Self.third, released: [])
        #expect(try bench.daemon.registry.audit.reader.verify().failure == nil)
    }

    @Test("A release or a return needs a reason, a confirmation does not", arguments: QuarantinedRow.State.allCases)
    func reason(_ state: QuarantinedRow.State) throws {
        let bench = try Bench()
        let id = try bench.submit()
        let events = try bench.events()
        for reason in [nil, ""] where state != .confirmed {
            #expect { try decide(bench, id, [2], state, reason: reason) } throws: {
                ($0 as? DaemonError)?.code == .reasonMissing
            }
        }
        if state == .confirmed { return try decide(bench, id, [2], state, reason: nil) }
        #expect(try bench.events() == events)
    }

    @Test("What is no case cannot be decided", arguments: [[1], [2, 4], [0], [-1]])
    func unknown(_ lines: [Int]) throws {
        let bench = try Bench()
        let id = try bench.submit()
        let events = try bench.events()
        #expect { try decide(bench, id, lines, .released) } throws: { ($0 as? RegistryError)?.code == .unknownRow }
        var random = SplitMix(state: 1)
        #expect { try decide(bench, DatasetID(milliseconds: 1, using: &random), [2], .released) } throws: {
            ($0 as? RegistryError)?.code == .unknownDataset
        }
        #expect(try bench.events() == events)
        try expectOpen(bench, id, Self.first + Self.third, released: [])
    }

    @Test("A line that is no row is never released")
    func malformed() throws {
        let bench = try Bench()
        let id = try bench.submit(Self.first + "{broken\n" + Self.third)
        let events = try bench.events()
        #expect { try decide(bench, id, [2], .released) } throws: { ($0 as? DaemonError)?.code == .notAnExample }
        #expect(try bench.events() == events)
        try decide(bench, id, [2], .confirmed)
        #expect(try bench.gate(id).name == "open")
    }

    @Test("A row of a dataset without a cleared output is never released")
    func rejected() throws {
        let bench = try Bench()
        let id = try bench.submit(Bench.row("forbidden"))
        #expect { try decide(bench, id, [1], .released) } throws: { ($0 as? DaemonError)?.code == .notModerated }
        try decide(bench, id, [1], .confirmed)
        #expect(try bench.gate(id).exitCode == 1)
    }

    @Test("While a dataset is judged again, its old cases change nothing")
    func judgedAgain() throws {
        let bench = try Bench()
        let id = try bench.submit()
        try bench.daemon.rejudge(id, actor: "anna", reason: nil)
        #expect(throws: (any Error).self) { try decide(bench, id, [2], .released) }
        #expect(throws: (any Error).self) { try decide(bench, id, [2], .confirmed) }
        #expect(try bench.gate(id).exitCode == 6)
    }

    @Test("A cleared file that was tampered with takes no further row")
    func altered() throws {
        let bench = try Bench()
        let id = try bench.submit()
        let path = bench.layout.clearedFolder(id, customer: "acme") + "/data.jsonl"
        try AtomicFile.write(Array((Bench.row("evil") + "\n" + Bench.row("too")).utf8), to: path)
        let events = try bench.events()
        #expect { try decide(bench, id, [2], .released) } throws: { ($0 as? VaultError)?.code == .altered }
        #expect(try bench.events() == events)
        #expect(try bench.gate(id).exitCode == 7)
    }

    @Test("Decisions are carried over to the same bytes of the same customer, the latest one first")
    func carriedOver() throws {
        let bench = try Bench()
        let first = try bench.submit()
        try decide(bench, first, [2], .released)
        let second = try bench.submit(name: "again.jsonl")
        try expectOpen(bench, second, Self.first + Self.second + Self.third, released: [2])
        let row = try #require(try bench.reader.rows(dataset: second).first)
        #expect(row.state == .released && row.actor == "uid:1000 (anna)" && row.reason == "seen")
        let other = try bench.submit(customer: "bulk")
        #expect(try bench.cleared(other, customer: "bulk") == Self.first + Self.third)
        bench.time.pass(1)
        try decide(bench, second, [2], .confirmed)
        let third = try bench.submit(name: "third.jsonl")
        try expectOpen(bench, third, Self.first + Self.third, released: [])
        #expect(try bench.reader.rows(dataset: third).map(\.state) == [.confirmed])
        // The first one's own file is not touched.
        #expect(try bench.cleared(first) == Self.first + Self.second + Self.third)
    }

    @Test("A decision on a row lasts over a judgement of the same dataset under the same policy")
    func lasts() throws {
        let bench = try Bench()
        let id = try bench.submit()
        try decide(bench, id, [2], .released)
        try bench.daemon.rejudge(id, actor: "anna", reason: nil)
        try bench.judge()
        try expectOpen(bench, id, Self.first + Self.second + Self.third, released: [2])
    }

    @Test("A case is shown with its row, its findings and its customer")
    func detail() throws {
        let bench = try Bench()
        let id = try bench.submit()
        let detail = try bench.daemon.caseDetail(id, line: 2)
        #expect(detail.row == Bench.row("forbidden") && detail.findings.map(\.rule) == ["words"])
        let cases = try bench.daemon.cases(dataset: id, states: [.open], limit: 10).cases
        #expect(cases.map(\.line) == [2] && cases.map(\.customer) == ["acme"])
        #expect(try bench.daemon.cases(dataset: nil, states: [.released], limit: 10).cases.isEmpty)
        #expect { _ = try bench.daemon.caseDetail(id, line: 1) } throws: {
            ($0 as? RegistryError)?.code == .unknownRow
        }
    }
}
