import AuditLog
import Foundation
import GRDB
import Moderation
import Registry
import Synchronization
import TestSupport

/// A SHA-256 that is all one digit.
func digest(_ digit: Character) -> String { String(repeating: digit, count: 64) }

/// An id whose order is that of its number.
func dataset(_ number: UInt64) -> DatasetID {
    var random = SplitMix(state: number)
    return DatasetID(milliseconds: 1_772_352_900_000 + number, using: &random)
}

/// A registry on a database of its own, with a clock that stands still unless told.
final class Bench: Sendable {
    static let start = Date(timeIntervalSince1970: 1_772_352_900)

    let folder: TemporaryFolder
    let registry: Registry
    private let clock = SharedSeconds()

    init() throws {
        folder = try TemporaryFolder()
        let clock = clock
        registry = Registry(
            try AuditDatabase(path: folder.file("audit.sqlite"), clock: { Bench.start + clock.value }))
    }

    var reader: RegistryReader { registry.reader }

    /// Lets time pass.
    func pass(_ seconds: Double) { clock.add(seconds) }

    /// A moment after the start, as records have it.
    func time(_ seconds: Double) throws -> AuditTime { try AuditTime(Bench.start + seconds) }

    /// Events of the ledger so far, in order.
    func events() throws -> [String] {
        try registry.audit.pool.read {
            try String.fetchAll($0, sql: "SELECT event FROM audit_record ORDER BY sequence")
        }
    }

    /// Brings a dataset into a state, the way that the daemon does.
    @discardableResult
    func make(
        _ number: UInt64, _ state: DatasetState, customer: String = "acme", sha256: String = digest("a"),
        verdict: Verdict = .clearedWithRemovals, basis: String = "basis"
    ) throws -> DatasetID {
        let id = dataset(number)
        try registry.receive(
            id, customer: customer, name: "rows.jsonl", device: 1, inode: Int64(number), bytes: 30)
        if state == .received { return id }
        if state == .withdrawn {
            try registry.withdraw(id)
            return id
        }
        try registry.claim(id, sha256: sha256, bytes: 30)
        switch state {
        case .claimed: return id
        case .deferred:
            try registry.defer(id, code: "low-disk-space", reason: "full", retryAt: time(30))
            return id
        case .cancelled:
            try registry.cancel(id, by: "anna", reason: nil)
            return id
        default: break
        }
        try registry.parse(id, rows: 3, malformed: 0, basis: basis, policy: "default")
        if state == .parsed { return id }
        try registry.score(id, report: digest("3"))
        if state == .scored { return id }
        try decide(id, customer: customer, sha256: sha256, verdict: verdict)
        return id
    }

    /// Records a verdict on three rows of which the second is quarantined.
    @discardableResult
    func decide(
        _ id: DatasetID, customer: String = "acme", sha256: String = digest("a"),
        verdict: Verdict = .clearedWithRemovals, cleared: String? = digest("c"),
        rows: [QuarantinedRow]? = nil, messages: [Registry.Message] = []
    ) throws -> AppendedRecords {
        var judged = DatasetJudged(
            name: "rows.jsonl", sha256: sha256, byteCount: 30, customer: customer, verdict: verdict,
            reason: verdict == .rejected ? "no row may be learnt" : nil,
            counts: .init(rows: 3, accepted: 2, quarantined: 1), model: nil,
            policy: .init(name: "default", sha256: digest("2")), seed: 0, reportSHA256: digest("3"))
        judged.id = id.description
        judged.clearedSHA256 = verdict.opensGate ? cleared : nil
        let examples = (1...3).map { line in
            ExampleDecided(
                line: line, byteRange: line * 10 - 10..<line * 10 - 1,
                disposition: line == 2 ? .quarantined : .accepted,
                findings: line == 2 ? [Finding(rule: "words", action: .quarantine, line: 2, detail: "matched")] : [])
        }
        return try registry.decide(
            id, DatasetJudgement(dataset: judged, examples: examples),
            rows: rows ?? [QuarantinedRow(dataset: id, line: 2, rule: "words", state: .open)], messages: messages)
    }

    /// Records a moderator's decision on line 2.
    func moderate(_ id: DatasetID, _ state: QuarantinedRow.State, cleared: String?) throws {
        try registry.decide(
            Registry.RowDecision(
                dataset: id, lines: [2], state: state, actor: "uid:1000 (anna)", reason: "seen",
                clearedSHA256: cleared))
    }
}

/// Seconds that several threads may read and add to.
final class SharedSeconds: Sendable {
    private let seconds = Mutex(0.0)

    var value: Double { seconds.withLock { $0 } }

    func add(_ more: Double) { seconds.withLock { $0 += more } }
}
