import AuditLog
import Foundation
import GRDB
import Moderation
import TestSupport

/// 2026-03-01T08:15:00Z.
let sampleDate = Date(timeIntervalSince1970: 1_772_352_900)

/// A SHA-256 that is all one digit.
func digest(_ digit: Character) -> String { String(repeating: digit, count: 64) }

/// A judgement of `rows` rows: each tenth quarantined by `bias`, the line after it flagged by `greeting`.
func sampleJudgement(
    name: String = "rows.jsonl", sha256: String = digest("a"), customer: String? = "acme", rows: Int = 3,
    verdict: Verdict = .clearedWithRemovals
) -> DatasetJudgement {
    let examples = (0..<rows).map { index in
        let score = Double(index) / 7
        let findings: [Finding] =
            switch index % 10 {
            case 0:
                [
                    Finding(
                        rule: "bias", action: .quarantine, line: index + 1, score: score, threshold: 0.5,
                        detail: "forgotten after the safety stage")
                ]
            case 1: [Finding(rule: "greeting", action: .flag, line: index + 1, detail: "the pattern matched")]
            default: []
            }
        return ExampleDecided(
            line: index + 1, byteRange: index * 100..<index * 100 + 99,
            disposition: index % 10 == 0 ? .quarantined : .accepted, findings: findings, score: score, threshold: 0.5)
    }
    let removed = examples.count { $0.disposition == .quarantined }
    return DatasetJudgement(
        dataset: DatasetJudged(
            name: name, sha256: sha256, byteCount: rows * 100, customer: customer, verdict: verdict,
            counts: .init(rows: rows, accepted: rows - removed, quarantined: removed),
            model: .init(name: "tiny", sha256: digest("1")), policy: .init(name: "default", sha256: digest("2")),
            seed: 7, reportSHA256: digest("3"), settings: .object(["epochs": .integer(2), "rate": .number(1e-3)])),
        examples: examples)
}

/// Makes a database with one judgement of `rows` rows, closes it, and returns its path.
func makeLedger(in folder: TemporaryFolder, rows: Int = 9, name: String = "audit.sqlite") throws -> String {
    let path = folder.file(name)
    let database = try AuditDatabase(path: path, clock: { sampleDate })
    try database.append(sampleJudgement(rows: rows), actor: "uid:1000 lethe scan")
    try database.close()
    return path
}

/// Runs SQL on a database as someone would who wants to tamper with it.
func tamper(_ path: String, _ statements: String...) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
        for statement in statements { try db.execute(sql: statement) }
    }
    try queue.close()
}

/// Drops the triggers, runs SQL, and puts the triggers back as they were.
func tamperUnseen(_ path: String, _ statements: [String]) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
        let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
        for statement in statements { try db.execute(sql: statement) }
        for trigger in triggers { try db.execute(sql: trigger["sql"]) }
    }
    try queue.close()
}
