import Foundation
import GRDB

/// Walks a chain from its first record to its last, and holds it against what is known of it from elsewhere.
struct ChainCheck {
    private typealias Failure = AuditVerification.Failure

    private let evidence: VerificationEvidence
    private var trust: KeyTrust
    private var checkpoints: CheckpointCheck
    private var result: AuditVerification

    /// Checks a database in the transaction that the caller has begun.
    static func run(_ db: Database, _ evidence: VerificationEvidence) throws -> AuditVerification {
        var check = ChainCheck(evidence)
        check.result.failure = try check.failureOfChain(db)
        if check.result.failure == nil { check.result.failure = try failureOfStructure(db) }
        check.result.signatures = check.checkpoints.summary
        return check.result
    }

    private init(_ evidence: VerificationEvidence) {
        self.evidence = evidence
        trust = KeyTrust(given: evidence.publicKeys)
        checkpoints = CheckpointCheck(file: evidence.checkpoints, areKeysGiven: !evidence.publicKeys.isEmpty)
        result = AuditVerification(instance: "", intactCount: 0, head: nil, hasHeadFile: evidence.head != .absent)
    }

    private mutating func failureOfChain(_ db: Database) throws -> Failure? {
        if let name = try AuditSchema.firstAlteration(db), ["ledger", "audit_record", "checkpoint"].contains(name) {
            return Failure(sequence: nil, reason: .schema, detail: "table \"\(name)\" is not as Lethe made it")
        }
        let instances = try Row.fetchAll(db, sql: "SELECT instance FROM ledger")
        guard instances.count == 1, let instance = String.fromDatabaseValue(instances[0][0]) else {
            return Failure(sequence: nil, reason: .schema, detail: "the ledger has no single instance id")
        }
        result.instance = instance
        checkpoints.begin(table: try AuditCheckpoint.fetchAll(db), instance: instance)
        return try failureOfBeginning() ?? failureOfRecords(db) ?? failureOfEnd()
    }

    private func failureOfBeginning() -> Failure? {
        if case .unreadable = evidence.head {
            return Failure(sequence: nil, reason: .headMismatch, detail: "the head file names no record")
        }
        if case .names(let file) = evidence.head, file.instance != result.instance {
            return Failure(sequence: nil, reason: .headMismatch, detail: "the head file is that of another ledger")
        }
        let genesis = RecordHash.genesis(instance: result.instance.utf8).hexadecimal
        if let expected = evidence.expected, expected.sequence == 0, expected.hash != genesis {
            return Failure(sequence: nil, reason: .headMismatch, detail: "the chain does not begin as was expected")
        }
        return nil
    }

    private mutating func failureOfRecords(_ db: Database) throws -> Failure? {
        var link = RecordHash.genesis(instance: result.instance.utf8)
        let anchors = evidence.anchors
        let statement = try db.makeStatement(
            sql: "SELECT \(AuditRecord.columns) FROM audit_record ORDER BY sequence")
        let rows = try Row.fetchCursor(statement)
        while try rows.next() != nil {
            let next = result.intactCount + 1
            let stored = StoredRecord(statement.sqliteStatement)
            if let failure = stored.failure(after: link, expectedSequence: next) { return failure }
            link = stored.hash
            for (anchor, source) in anchors where anchor.sequence == next && anchor.hash != link.hexadecimal {
                return Failure(sequence: next, reason: .headMismatch, detail: "its hash is not that of \(source)")
            }
            if let (event, body) = stored.keyEvent,
                let finding = trust.learn(event: event, body: body, instance: result.instance)
            {
                return Failure(sequence: next, reason: .badSignature, detail: finding)
            }
            if let failure = checkpoints.failure(at: next, hash: link, trust) { return failure }
            result.intactCount = next
            result.head = AuditAnchor(sequence: next, hash: link.hexadecimal)
        }
        return nil
    }

    private func failureOfEnd() -> Failure? {
        for (anchor, source) in evidence.anchors where anchor.sequence > result.intactCount {
            return Failure(
                sequence: result.intactCount + 1, reason: .truncated,
                detail: "records up to \(anchor.sequence) are known from \(source)")
        }
        return checkpoints.failureOfEnd(after: result.intactCount)
    }

    /// Looks at what the hashes do not cover: triggers, indexes that queries rely on, the file's pages.
    private static func failureOfStructure(_ db: Database) throws -> Failure? {
        if let name = try AuditSchema.firstAlteration(db) {
            return Failure(sequence: nil, reason: .schema, detail: "\"\(name)\" is not as Lethe made it")
        }
        let finding = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? ""
        return finding == "ok" ? nil : Failure(sequence: nil, reason: .schema, detail: "SQLite finds: \(finding)")
    }
}
