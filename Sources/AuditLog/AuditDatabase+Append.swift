import Foundation
package import GRDB

/// Where the records of one transaction stand in the ledger.
package struct AppendedRecords: Sendable, Equatable {
    /// The number of the first record; one more than the head's where the transaction added none.
    package let firstSequence: Int64

    /// The last record: its number and hash.
    package let head: AuditAnchor

    /// Why the head file could not be brought up to date; the records themselves are on the disk.
    package let headFileError: AuditError?
}

extension AuditDatabase {
    /// Records everything about one dataset in one transaction: its decisions, then its verdict.
    ///
    /// When it throws, nothing was written.
    ///
    /// - Parameters:
    ///   - judgement: What to record.
    ///   - actor: Who judged, such as `uid:1000 lethe scan`.
    /// - Returns: Where the records stand.
    /// - Throws: ``AuditError``.
    @discardableResult
    package func append(_ judgement: DatasetJudgement, actor: String) throws(AuditError) -> AppendedRecords {
        do {
            return try transaction(actor: actor) { try $0.append(judgement) }.records
        } catch {
            throw AuditError(error, path: path)
        }
    }

    /// Runs changes of the database and their records in one transaction; blocks the calling thread.
    ///
    /// It refuses to append when the database no longer holds the record that the head file names, because that would
    /// bury the removal of records under new ones.
    ///
    /// - Parameters:
    ///   - actor: Who acts, such as `lethed`.
    ///   - body: Makes the changes; what it throws undoes them all.
    /// - Returns: What `body` returned, and where its records stand.
    /// - Throws: what `body` threw; an error of SQLite as ``AuditError``.
    package func transaction<Result>(
        actor: String, _ body: (AuditTransaction) throws -> Result
    ) throws -> (result: Result, records: AppendedRecords) {
        do {
            return try pool.writeWithoutTransaction { db in
                var outcome: (result: Result, transaction: AuditTransaction)?
                try db.inTransaction(.immediate) {
                    let transaction = try AuditTransaction(
                        db, databasePath: path, actor: actor, time: AuditTime(clock()))
                    outcome = (try body(transaction), transaction)
                    return .commit
                }
                guard let (result, transaction) = outcome else { throw AuditError(.database, "nothing was run") }
                return (result, transaction.finish(databasePath: path))
            }
        } catch let error as DatabaseError {
            throw AuditError(error, path: path)
        }
    }
}

/// The end of the ledger inside a transaction, and what is added to it.
package final class AuditTransaction {
    /// The connection, for changes of other tables in the same transaction.
    package let database: Database

    /// The time of every record of the transaction.
    package let time: AuditTime

    /// The number of the last record so far.
    package private(set) var sequence: Int64

    let instance: String
    private let actor: String
    private let firstSequence: Int64
    private var hash: [UInt8]

    private static let insertion = """
        INSERT INTO audit_record (
            sequence, time, actor, event, subject, dataset, customer, rule, verdict, disposition, line, body,
            previous_hash, hash
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// Reads the end of the ledger and holds it against the head file.
    init(_ db: Database, databasePath path: String, actor: String, time: AuditTime) throws {
        guard let instance = try String.fetchOne(db, sql: "SELECT instance FROM ledger") else {
            throw AuditError(.corrupted, "the audit database has no ledger entry", path: path)
        }
        database = db
        self.instance = instance
        self.actor = actor
        self.time = time
        sequence = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM audit_record") ?? 0
        firstSequence = sequence + 1
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
    ///
    /// - Returns: its number.
    @discardableResult
    package func append(_ entry: AuditEntry) throws -> Int64 {
        let insert = try database.cachedStatement(sql: Self.insertion)
        let body = try entry.body.encoded()
        let next = sequence + 1
        var fields = RecordHash.record()
        fields.append(next)
        for text in [
            time.description, actor, entry.event.rawValue, entry.subject, entry.dataset, entry.customer, entry.rule,
            entry.verdict, entry.disposition,
        ] { fields.append(text) }
        if let line = entry.line { fields.append(Int64(line)) } else { fields.appendNone() }
        fields.append(body)
        fields.append(bytes: hash)
        let digest = fields.finish()
        insert.setUncheckedArguments([
            next, time.description, actor, entry.event.rawValue, entry.subject, entry.dataset, entry.customer,
            entry.rule, entry.verdict, entry.disposition, entry.line, body, Data(hash), Data(digest),
        ])
        try insert.execute()
        sequence = next
        hash = digest
        return next
    }

    /// Adds everything about one dataset: its decisions, then its verdict.
    ///
    /// - Returns: the number of the verdict's record.
    @discardableResult
    package func append(_ judgement: DatasetJudgement) throws -> Int64 {
        for example in judgement.examples { try append(example.entry(in: judgement.dataset)) }
        return try append(judgement.dataset.entry())
    }

    /// Where the records stand, once they are on the disk; brings the head file up to date.
    fileprivate func finish(databasePath path: String) -> AppendedRecords {
        let head = AuditAnchor(sequence: sequence, hash: hash.hexadecimal)
        var headFileError: AuditError?
        if sequence >= firstSequence {
            do throws(AuditError) {
                try AuditHeadFile(instance: instance, sequence: head.sequence, hash: head.hash)
                    .write(besideDatabase: path)
            } catch {
                headFileError = error
            }
        }
        return AppendedRecords(firstSequence: firstSequence, head: head, headFileError: headFileError)
    }

    private static func hash(of sequence: Int64, in db: Database) throws -> [UInt8]? {
        try Data.fetchOne(db, sql: "SELECT hash FROM audit_record WHERE sequence = ?", arguments: [sequence])
            .map(Array.init)
    }
}
