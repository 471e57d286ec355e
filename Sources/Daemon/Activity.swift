import Foundation
import Moderation
import Pipeline
import Synchronization

/// What the daemon is doing now, in memory: it starts empty with the process.
final class Activity: Sendable {
    /// A dataset that is being judged.
    struct Running: Sendable {
        var customer: String
        var began: Double
        var stage = "starting"
        var done = 0
        var total = 0
        var secondsLeft: Double?
        /// Who wants it stopped, and why.
        var cancellation: (actor: String, reason: String?)?
        /// Whether its verdict is being recorded, so that it can no longer be stopped.
        var isSealed = false
    }

    /// What became of a request to stop a judgement.
    enum Cancellation: Equatable {
        case notRunning
        case requested
        case tooLate
    }

    /// What happened since the start.
    struct Counters: Sendable {
        var claimed = 0
        var refused = 0
        var reused = 0
        var failures = 0
        var rowsJudged = 0
        var secondsJudging = 0.0
        var verdicts: [Verdict: Int] = [:]
        var reloads = 0
        var refusedReloads = 0
    }

    private struct State: Sendable {
        var running: [DatasetID: Running] = [:]
        var served: [String: Int] = [:]
        var begun = 0
        var counters = Counters()
        var held: [DatasetID: Double] = [:]
        var problems: [String: String] = [:]
        var isStopping = false
    }

    private let state = Mutex(State())
    /// Signalled when something waits to be judged, something is new, or the daemon stops.
    private let condition = NSCondition()
    private let signals = Atomic<Int>(0)

    var running: [DatasetID: Running] { state.withLock { $0.running } }
    var counters: Counters { state.withLock { $0.counters } }
    var served: [String: Int] { state.withLock { $0.served } }
    var problems: [String: String] { state.withLock { $0.problems } }
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Datasets that no worker may take now: being judged, or held back after a failure that could not be recorded.
    func unavailable(at uptime: Double) -> Set<DatasetID> {
        state.withLock { state in
            Set(state.running.keys).union(state.held.filter { $0.value > uptime }.keys)
        }
    }

    /// When the first dataset that is held back may be taken again; holds that are over are forgotten.
    func nextRelease(after uptime: Double) -> Double? {
        state.withLock { state in
            state.held = state.held.filter { $0.value > uptime }
            return state.held.values.min()
        }
    }

    func begin(_ id: DatasetID, customer: String, at uptime: Double) {
        defer { signal() }
        state.withLock { state in
            state.begun += 1
            state.served[customer] = state.begun
            state.held[id] = nil
            state.running[id] = Running(customer: customer, began: uptime)
        }
    }

    func end(_ id: DatasetID, heldUntil: Double? = nil) {
        defer { signal() }
        state.withLock { state in
            state.running[id] = nil
            state.held[id] = heldUntil
        }
    }

    func update(_ id: DatasetID, _ change: (inout Running) -> Void) {
        state.withLock { state in
            if var running = state.running[id] {
                change(&running)
                state.running[id] = running
            }
        }
    }

    /// Asks for a running judgement's end.
    func cancel(_ id: DatasetID, actor: String, reason: String?) -> Cancellation {
        state.withLock { state in
            guard let running = state.running[id] else { return .notRunning }
            if running.isSealed { return .tooLate }
            state.running[id]?.cancellation = (actor, reason)
            return .requested
        }
    }

    /// Begins to record a verdict; `false` if somebody has asked for the judgement's end before.
    func seal(_ id: DatasetID) -> Bool {
        state.withLock { state in
            guard let running = state.running[id], running.cancellation == nil else { return false }
            state.running[id]?.isSealed = true
            return true
        }
    }

    func count(_ change: (inout Counters) -> Void) { state.withLock { change(&$0.counters) } }

    /// Notes what is wrong with a part, or that nothing is any more.
    func setProblem(_ part: String, _ text: String?) {
        let isNews = state.withLock { state in
            defer { state.problems[part] = text }
            return state.problems[part] != text
        }
        if isNews { signal() }
    }

    /// How often anybody was woken: read it before looking for work, and give it to `wait`, so that no signal in
    /// between is lost.
    var generation: Int { signals.load(ordering: .acquiring) }

    /// Wakes who waits for work or for news.
    func signal() {
        condition.lock()
        signals.wrappingAdd(1, ordering: .releasing)
        condition.broadcast()
        condition.unlock()
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        signal()
    }

    /// Waits for a signal after a generation, at most some seconds.
    func wait(seconds: Double, after generation: Int) {
        let end = Date().addingTimeInterval(seconds)
        condition.lock()
        while !isStopping, self.generation == generation, condition.wait(until: end) {}
        condition.unlock()
    }
}
