import AuditLog
import Foundation
import GRDB
import Gate
import Moderation
import Registry
import Storage
import TestSupport
import Vault

/// A SHA-256 that is all one digit.
func digest(_ digit: Character) -> String { String(repeating: digit, count: 64) }

/// An id whose order is that of its number.
func dataset(_ number: UInt64) -> DatasetID {
    var random = SplitMix(state: number)
    return DatasetID(milliseconds: 1_772_352_900_000 + number, using: &random)
}

/// A state folder with what the gate reads, written the way that the daemon does.
struct Bench {
    let folder: TemporaryFolder
    let layout: VaultLayout
    let registry: Registry
    let gate: Gate

    static let contents = "the rows\n"
    static let hash = sha256(of: Array(contents.utf8))

    init() throws {
        folder = try TemporaryFolder()
        layout = VaultLayout(root: folder.path)
        try layout.createFolders()
        registry = Registry(try AuditDatabase(path: layout.auditDatabase))
        gate = try Gate(layout)
    }

    func cleared(_ id: DatasetID, customer: String = "acme") -> String {
        layout.clearedFolder(id, customer: customer) + "/data.jsonl"
    }

    /// Brings a dataset to the state before its verdict.
    func receive(_ number: UInt64, customer: String = "acme", sha256: String = digest("a")) throws -> DatasetID {
        let id = dataset(number)
        try registry.receive(
            id, customer: customer, name: "rows.jsonl", device: 1, inode: Int64(number), bytes: 30)
        try registry.claim(id, sha256: sha256, bytes: 30)
        try registry.parse(id, rows: 3, malformed: 0, basis: "basis", policy: "default")
        return id
    }

    /// Records a verdict, and publishes the cleared file.
    @discardableResult
    func judge(
        _ number: UInt64, _ verdict: Verdict = .cleared, customer: String = "acme", sha256: String = digest("a"),
        cleared: String? = Bench.hash, publishes: Bool = true
    ) throws -> DatasetID {
        let id = try receive(number, customer: customer, sha256: sha256)
        try decide(id, verdict, customer: customer, sha256: sha256, cleared: cleared)
        if publishes { try publish(id, customer: customer) }
        return id
    }

    func decide(
        _ id: DatasetID, _ verdict: Verdict, customer: String = "acme", sha256: String = digest("a"),
        cleared: String? = Bench.hash
    ) throws {
        var judged = DatasetJudged(
            name: "rows.jsonl", sha256: sha256, byteCount: 30, customer: customer, verdict: verdict,
            reason: verdict.opensGate ? nil : "a reason", counts: .init(rows: 3, accepted: 2, quarantined: 1),
            model: nil, policy: .init(name: "default", sha256: digest("2")), seed: 0, reportSHA256: digest("3"))
        judged.id = id.description
        judged.clearedSHA256 = verdict.opensGate ? cleared : nil
        _ = try registry.decide(
            id, DatasetJudgement(dataset: judged, examples: []),
            rows: [QuarantinedRow(dataset: id, line: 2, rule: "words", state: .open)], messages: [])
    }

    func publish(_ id: DatasetID, customer: String = "acme", _ contents: String = Bench.contents) throws {
        try Folder.create(layout.clearedFolder(id, customer: customer))
        try AtomicFile.write(Array(contents.utf8), to: cleared(id, customer: customer))
        try registry.publish(id)
    }

    /// Records a moderator's decision on line 2.
    func moderate(_ id: DatasetID, _ state: QuarantinedRow.State, cleared: String?) throws {
        try registry.decide(
            Registry.RowDecision(
                dataset: id, lines: [2], state: state, actor: "anna", reason: "seen", clearedSHA256: cleared))
    }

    /// Changes the ledger as someone would who wants to tamper with it.
    func tamper(_ sql: String) throws {
        try registry.audit.pool.write { db in
            let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
            for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
            try db.execute(sql: sql)
            for trigger in triggers { try db.execute(sql: trigger["sql"]) }
        }
    }
}
