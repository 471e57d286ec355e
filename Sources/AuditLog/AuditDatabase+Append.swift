import Foundation
import GRDB

/// Where the records of one transaction stand in the ledger.
package struct AppendedRecords: Sendable, Equatable {
    /// The number of the first record.
    package let firstSequence: Int64

    /// The last record, which is the dataset's verdict: its number and hash.
    package let head: AuditAnchor

    /// Why the head file could not be brought up to date; the records themselves are on the disk.
    package let headFileError: AuditError?
}

extension AuditDatabase {
    /// Records everything about one dataset in one transaction: its decisions, then its verdict.
    ///
    /// When it throws, nothing was written. It refuses to append when the database no longer holds the record that the
    /// head file names, because that would bury the removal of records under new ones.
    ///
    /// - Parameters:
    ///   - judgement: What to record.
    ///   - actor: Who judged, such as `uid:1000 lethe scan`.
    /// - Returns: Where the records stand.
    /// - Throws: ``AuditError``.
    @discardableResult
    package func append(_ judgement: DatasetJudgement, actor: String) throws(AuditError) -> AppendedRecords {
        do {
            return try pool.writeWithoutTransaction { try append(judgement, actor: actor, to: $0) }
        } catch {
            throw AuditError(error, path: path)
        }
    }

    /// Records everything about one dataset in one transaction, on the database's own queue.
    ///
    /// - Parameters:
    ///   - judgement: What to record.
    ///   - actor: Who judged, such as `uid:1000 lethe scan`.
    /// - Returns: Where the records stand.
    /// - Throws: ``AuditError``.
    @discardableResult
    package func append(_ judgement: DatasetJudgement, actor: String) async throws(AuditError) -> AppendedRecords {
        do {
            return try await pool.writeWithoutTransaction { try append(judgement, actor: actor, to: $0) }
        } catch {
            throw AuditError(error, path: path)
        }
    }

    private func append(_ judgement: DatasetJudgement, actor: String, to db: Database) throws -> AppendedRecords {
        var chain = Chain(actor: actor)
        try db.inTransaction(.immediate) {
            try chain.resume(db, databasePath: path, time: AuditTime(clock()))
            let insert = try db.makeStatement(sql: Chain.insertion)
            for example in judgement.examples {
                try chain.append(example.pending(in: judgement.dataset), through: insert)
            }
            try chain.append(judgement.dataset.pending(), through: insert)
            return .commit
        }
        let head = AuditAnchor(sequence: chain.sequence, hash: chain.hash.hexadecimal)
        var headFileError: AuditError?
        do throws(AuditError) {
            try AuditHeadFile(instance: chain.instance, sequence: head.sequence, hash: head.hash)
                .write(besideDatabase: path)
        } catch {
            headFileError = error
        }
        return AppendedRecords(
            firstSequence: head.sequence - Int64(judgement.examples.count), head: head, headFileError: headFileError)
    }
}

/// The end of the ledger inside a transaction, and what is added to it.
private struct Chain {
    static let insertion = """
        INSERT INTO audit_record (
            sequence, time, actor, event, subject, dataset, customer, rule, verdict, disposition, line, body,
            previous_hash, hash
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    let actor: String
    private(set) var instance = ""
    private(set) var sequence: Int64 = 0
    private(set) var hash: [UInt8] = []
    private var time = ""

    init(actor: String) {
        self.actor = actor
    }

    /// Reads the end of the ledger and holds it against the head file.
    mutating func resume(_ db: Database, databasePath path: String, time: AuditTime) throws {
        guard let instance = try String.fetchOne(db, sql: "SELECT instance FROM ledger") else {
            throw AuditError(.corrupted, "the audit database has no ledger entry", path: path)
        }
        self.instance = instance
        self.time = time.description
        sequence = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM audit_record") ?? 0
        hash = try Self.hash(of: sequence, in: db) ?? RecordHash.genesis(instance: instance.utf8)
        guard let head = try AuditHeadFile.read(besideDatabase: path) else { return }
        guard head.instance == instance, try Self.hash(of: head.sequence, in: db)?.hexadecimal == head.hash else {
            throw AuditError(
                .headMismatch, "the audit database does not hold record \(head.sequence) that its head file names",
                remedy: "Look at it with lethe audit verify; restore database and head file from one backup",
                path: path)
        }
    }

    /// Adds one record.
    mutating func append(_ record: PendingRecord, through insert: Statement) throws {
        let body = try record.body.encoded()
        let next = sequence + 1
        var fields = RecordHash.record()
        fields.append(next)
        for text in [
            time, actor, record.event.rawValue, record.subject, record.dataset, record.customer, record.rule,
            record.verdict, record.disposition,
        ] { fields.append(text) }
        if let line = record.line { fields.append(Int64(line)) } else { fields.appendNone() }
        fields.append(body)
        fields.append(bytes: hash)
        let digest = fields.finish()
        insert.setUncheckedArguments([
            next, time, actor, record.event.rawValue, record.subject, record.dataset, record.customer, record.rule,
            record.verdict, record.disposition, record.line, body, Data(hash), Data(digest),
        ])
        try insert.execute()
        sequence = next
        hash = digest
    }

    private static func hash(of sequence: Int64, in db: Database) throws -> [UInt8]? {
        try Data.fetchOne(db, sql: "SELECT hash FROM audit_record WHERE sequence = ?", arguments: [sequence])
            .map(Array.init)
    }
}
