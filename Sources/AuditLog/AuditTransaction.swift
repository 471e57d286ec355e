import Foundation
package import GRDB

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
    private var isCheckpointDue = false

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
        try requireRecords(namedBeside: path)
    }

    /// Throws unless the database holds the records that the files beside it name.
    private func requireRecords(namedBeside path: String) throws {
        let db = database
        if let line = AuditCheckpointFile.last(besideDatabase: path) {
            let checkpoint = line.checkpoint
            guard line.instance == instance, try Self.hash(of: checkpoint.sequence, in: db) == checkpoint.hash else {
                throw AuditError(
                    .checkpointMismatch,
                    "the audit database does not hold record \(checkpoint.sequence) that its checkpoints file names",
                    remedy: "Look at it with lethe audit verify; restore both from one backup", path: path)
            }
        }
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
        if [.datasetJudged, .keyCreated, .keyRotated].contains(entry.event) { isCheckpointDue = true }
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

    /// Signs the end of the chain if that is due.
    func sign(with signing: AuditSigning) throws {
        guard sequence >= firstSequence else { return }
        let last = try AuditCheckpoint.lastSequence(database)
        guard isCheckpointDue || sequence - last >= signing.recordInterval else { return }
        try AuditCheckpoint(instance: instance, sequence: sequence, hash: hash, time: time, key: signing.key)
            .insert(into: database)
    }

    /// Where the records stand, once they are on the disk; brings the files beside the database up to date.
    func finish(databasePath path: String) -> AppendedRecords {
        let head = AuditAnchor(sequence: sequence, hash: hash.hexadecimal)
        var headFileError: AuditError?
        var checkpointFileError: AuditError?
        if sequence >= firstSequence {
            do throws(AuditError) {
                try AuditHeadFile(instance: instance, sequence: head.sequence, hash: head.hash)
                    .write(besideDatabase: path)
            } catch {
                headFileError = error
            }
            do throws(AuditError) {
                try AuditCheckpointFile.catchUp(with: database, instance: instance, besideDatabase: path)
            } catch {
                checkpointFileError = error
            }
        }
        return AppendedRecords(
            firstSequence: firstSequence, head: head, headFileError: headFileError,
            checkpointFileError: checkpointFileError)
    }

    private static func hash(of sequence: Int64, in db: Database) throws -> [UInt8]? {
        try Data.fetchOne(db, sql: "SELECT hash FROM audit_record WHERE sequence = ?", arguments: [sequence])
            .map(Array.init)
    }
}
