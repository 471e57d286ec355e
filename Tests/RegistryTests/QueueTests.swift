import AuditLog
import Foundation
import Moderation
import Registry
import TestSupport
import Testing

@Suite("Whose turn it is")
struct QueueTests {
    @Test("Customers take turns, each with its oldest dataset")
    func turns() throws {
        let bench = try Bench()
        for number in 1...4 { try bench.make(UInt64(number), .claimed, customer: "acme") }
        for number in 5...6 { try bench.make(UInt64(number), .claimed, customer: "bulk") }
        try bench.make(7, .parsed, customer: "cove")
        var served: [String: Int] = [:]
        var running: Set<DatasetID> = []
        var order: [DatasetID] = []
        for turn in 1...7 {
            let next = try #require(try bench.registry.next(now: bench.time(0), running: running, served: served))
            order.append(next.id)
            served[next.customer] = turn
            running.insert(next.id)
        }
        #expect(order == [1, 5, 7, 2, 6, 3, 4].map(dataset))
        #expect(try bench.registry.next(now: bench.time(0), running: running, served: served) == nil)
    }

    @Test("A deferred dataset waits for its time")
    func deferred() throws {
        let bench = try Bench()
        let late = try bench.make(1, .deferred)
        let ready = try bench.make(2, .claimed)
        func next(_ seconds: Double) throws -> DatasetID? {
            try bench.registry.next(now: bench.time(seconds), running: [], served: [:])?.id
        }
        #expect(try next(29.999999) == ready)
        #expect(try next(30) == late)
        #expect(try bench.registry.nextRetry(after: bench.time(29)) == "2026-03-01T08:15:30.000000Z")
        // What is due is not waited for: `next` had it to offer.
        #expect(try bench.registry.nextRetry(after: bench.time(30)) == nil)
        try bench.registry.parse(late, rows: 3, malformed: 0, basis: "basis", policy: "default")
        #expect(try next(0) == late)
        #expect(try bench.registry.nextRetry(after: bench.time(0)) == nil)
    }

    @Test("Only what waits for a judgement is in the queue", arguments: DatasetState.allCases)
    func waiting(_ state: DatasetState) throws {
        let bench = try Bench()
        let id = try bench.make(1, state)
        let queued = try bench.registry.queue(now: bench.time(60)).map(\.id)
        #expect(queued == (state.isWaiting ? [id] : []))
        #expect(state.isWaiting == [.claimed, .parsed, .scored, .deferred].contains(state))
    }

    @Test("An earlier verdict is used again only for the same customer, bytes and basis, once published")
    func reusable() throws {
        let bench = try Bench()
        let entry = try #require(try bench.reader.entry(try bench.make(9, .claimed)))
        func found() throws -> DatasetID? { try bench.registry.reusable(for: entry, basis: "basis")?.id }
        try bench.make(1, .decided, customer: "other")
        try bench.make(2, .decided, sha256: digest("b"))
        try bench.make(3, .decided, basis: "other")
        try bench.make(4, .decided, verdict: .deferred)
        for number in 1...4 { try bench.registry.publish(dataset(UInt64(number))) }
        try bench.make(5, .scored)
        #expect(try found() == nil)
        let good = try bench.make(6, .decided)
        #expect(try found() == nil)
        try bench.registry.publish(good)
        #expect(try found() == good)
        let rejected = try bench.make(7, .decided, verdict: .rejected)
        try bench.registry.publish(rejected)
        #expect(try found() == rejected)
        try bench.registry.reopen(rejected, by: "anna", reason: nil)
        #expect(try found() == good)
        // A dataset is no earlier one of itself.
        #expect(try bench.registry.reusable(for: #require(try bench.reader.entry(good)), basis: "basis") == nil)
    }

    @Test("Lists are by state and customer, newest first")
    func lists() throws {
        let bench = try Bench()
        try bench.make(1, .claimed)
        try bench.make(2, .decided, customer: "bulk")
        try bench.make(3, .decided, sha256: digest("b"))
        try bench.make(4, .withdrawn)
        let reader = bench.reader
        #expect(try reader.entries().map(\.id) == [4, 3, 2, 1].map(dataset))
        #expect(try reader.entries(states: [.decided, .claimed]).map(\.id) == [3, 2, 1].map(dataset))
        #expect(try reader.entries(states: [.decided], customer: "acme").map(\.id) == [dataset(3)])
        #expect(try reader.entries(limit: 2).map(\.id) == [4, 3].map(dataset))
        #expect(try reader.entries(sha256: digest("a")).map(\.id) == [2, 1].map(dataset))
        #expect(try reader.entries(sha256: digest("a"), customer: "bulk").map(\.id) == [dataset(2)])
        #expect(try reader.counts() == [.claimed: 1, .decided: 2, .withdrawn: 1])
        #expect(try reader.openCaseCount() == 2)
        #expect(try reader.lastSequence() == Int64(bench.events().count))
    }
}
