import GRDB

/// Where the records of one transaction stand in the ledger.
package struct AppendedRecords: Sendable, Equatable {
    /// The number of the first record; one more than the head's where the transaction added none.
    package let firstSequence: Int64

    /// The last record: its number and hash.
    package let head: AuditAnchor

    /// Why the head file could not be brought up to date; the records themselves are on the disk.
    package let headFileError: AuditError?

    /// Why the file of checkpoints could not be brought up to date; the next write tries again.
    package let checkpointFileError: AuditError?
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
    /// It refuses to append when the database no longer holds the record that the head file or the last checkpoint
    /// outside it names, because that would bury the removal of records under new ones. With ``signing`` set, the end
    /// of the chain is signed after a verdict, after a record of a key, and after a number of other records.
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
                    if let signing { try transaction.sign(with: signing) }
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
