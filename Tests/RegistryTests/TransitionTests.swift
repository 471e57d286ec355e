import AuditLog
import Diagnostics
import Foundation
import Moderation
import Registry
import TestSupport
import Testing

@Suite("A dataset's states")
struct TransitionTests {
    /// A change of state, as its callers ask for it.
    enum Change: String, CaseIterable {
        case claim
        case reclaim
        case withdraw
        case parse
        case score
        case `defer`
        case decide
        case cancel
        case reopen

        /// Where it may begin.
        var states: Set<DatasetState> {
            switch self {
            case .claim: [.received, .claimed]
            case .reclaim, .defer, .cancel: [.claimed, .parsed, .scored, .deferred]
            case .withdraw: [.received]
            case .parse: [.claimed, .parsed, .scored, .deferred]
            case .score: [.parsed]
            case .decide: [.parsed, .scored]
            case .reopen: [.decided, .deferred, .cancelled]
            }
        }

        /// Where it ends.
        var result: DatasetState {
            switch self {
            case .claim, .reclaim, .reopen: .claimed
            case .withdraw: .withdrawn
            case .parse: .parsed
            case .score: .scored
            case .defer: .deferred
            case .decide: .decided
            case .cancel: .cancelled
            }
        }

        /// What the ledger says of it.
        var event: AuditEvent {
            switch self {
            case .claim, .reclaim: .datasetClaimed
            case .withdraw: .datasetWithdrawn
            case .parse: .datasetParsed
            case .score: .datasetScored
            case .defer: .datasetDeferred
            case .decide: .datasetJudged
            case .cancel: .datasetCancelled
            case .reopen: .datasetReopened
            }
        }

        func run(_ bench: Bench, _ id: DatasetID) throws {
            let registry = bench.registry
            switch self {
            case .claim: try registry.claim(id, sha256: digest("b"), bytes: 31)
            case .reclaim: try registry.reclaim(id, sha256: digest("b"), bytes: 31)
            case .withdraw: try registry.withdraw(id)
            case .parse: try registry.parse(id, rows: 4, malformed: 1, basis: "other", policy: "strict")
            case .score: try registry.score(id, report: digest("4"))
            case .defer: try registry.defer(id, code: "low-disk-space", reason: "full", retryAt: bench.time(60))
            case .decide: try bench.decide(id)
            case .cancel: try registry.cancel(id, by: "anna", reason: "a test")
            case .reopen: try registry.reopen(id, by: "anna", reason: "a test")
            }
        }
    }

    @Test("Each change begins where it may, is refused elsewhere, and then changes nothing", arguments: Change.allCases)
    func states(_ change: Change) throws {
        for (index, state) in DatasetState.allCases.enumerated() {
            let bench = try Bench()
            let id = try bench.make(UInt64(index + 1), state)
            let before = try #require(try bench.reader.entry(id))
            let events = try bench.events()
            #expect(before.state == state)
            if change.states.contains(state) {
                try change.run(bench, id)
                #expect(try bench.reader.entry(id)?.state == change.result, "\(change) from \(state)")
                #expect(try bench.events().last == change.event.rawValue, "\(change) from \(state)")
            } else {
                #expect("\(change) from \(state)") {
                    try change.run(bench, id)
                } throws: {
                    ($0 as? RegistryError)?.code == .wrongState
                }
                #expect(try bench.reader.entry(id) == before)
                #expect(try bench.events() == events)
            }
        }
    }

    @Test("No change is made of a dataset that is not there", arguments: Change.allCases)
    func unknown(_ change: Change) throws {
        let bench = try Bench()
        #expect { try change.run(bench, dataset(1)) } throws: { ($0 as? RegistryError)?.code == .unknownDataset }
        #expect(try bench.events().isEmpty)
    }

    @Test("What a crash has done twice is recorded once")
    func repeated() throws {
        let bench = try Bench()
        let id = try bench.make(1, .claimed)
        try bench.registry.claim(id, sha256: digest("a"), bytes: 30)
        #expect(try bench.events() == ["dataset.received", "dataset.claimed"])
        for _ in 0..<2 { try bench.registry.parse(id, rows: 3, malformed: 0, basis: "basis", policy: "default") }
        #expect(try bench.events().count == 3)
        // What differs is recorded.
        try bench.registry.parse(id, rows: 3, malformed: 0, basis: "other", policy: "default")
        #expect(try bench.events().count == 4)
        // A second failure is a second failure.
        for attempt in 1...3 {
            try bench.registry.defer(id, code: "low-disk-space", reason: "full", retryAt: bench.time(30))
            #expect(try bench.reader.entry(id)?.attempts == attempt)
        }
        #expect(try bench.events().count == 7)
    }

    @Test("An entry keeps what each change told of it")
    func entry() throws {
        let bench = try Bench()
        let id = try bench.make(1, .received)
        bench.pass(5)
        try bench.registry.claim(id, sha256: digest("a"), bytes: 42)
        var entry = try #require(try bench.reader.entry(id))
        #expect(entry.customer == "acme" && entry.name == "rows.jsonl" && entry.bytes == 42)
        #expect(entry.device == 1 && entry.inode == 1 && entry.sha256 == digest("a"))
        #expect(entry.received == "2026-03-01T08:15:00.000000Z" && entry.changed == "2026-03-01T08:15:05.000000Z")
        try bench.registry.defer(id, code: "no-policy", reason: "none", retryAt: bench.time(30))
        entry = try #require(try bench.reader.entry(id))
        #expect(entry.attempts == 1 && entry.reason == "none")
        #expect(entry.retryAt == "2026-03-01T08:15:30.000000Z")
        try bench.registry.parse(id, rows: 3, malformed: 0, basis: "basis", policy: "default")
        entry = try #require(try bench.reader.entry(id))
        #expect(entry.retryAt == nil && entry.basis == "basis" && entry.policy == "default")
        try bench.registry.score(id, report: digest("3"))
        try bench.decide(id, verdict: .rejected)
        entry = try #require(try bench.reader.entry(id))
        #expect(entry.verdict == .rejected && entry.reason == "no row may be learnt" && entry.attempts == 0)
        #expect(entry.report == digest("3") && !entry.isPublished)
        try bench.registry.publish(id)
        #expect(try bench.reader.entry(id)?.isPublished == true)
        try bench.registry.reopen(id, by: "anna", reason: nil)
        entry = try #require(try bench.reader.entry(id))
        #expect(entry.verdict == nil && entry.report == nil && entry.reason == nil && !entry.isPublished)
    }

    @Test("Who asked for a change is the actor of its record")
    func actors() throws {
        let bench = try Bench()
        let id = try bench.make(1, .claimed)
        try bench.registry.cancel(id, by: "uid:1000 (anna)", reason: "wrong file")
        let record = try #require(try bench.reader.gateRecord(id, through: bench.registry.audit.reader))
        #expect(record.actor == "uid:1000 (anna)" && record.body == #"{"reason":"wrong file"}"#)
        #expect(record.customer == "acme" && record.dataset == digest("a"))
    }

    @Test("A file that is no longer what was claimed begins anew")
    func reclaim() throws {
        let bench = try Bench()
        let id = try bench.make(1, .scored)
        try bench.registry.reclaim(id, sha256: digest("b"), bytes: 9)
        let entry = try #require(try bench.reader.entry(id))
        #expect(entry.state == .claimed && entry.sha256 == digest("b") && entry.bytes == 9 && entry.report == nil)
    }
}
