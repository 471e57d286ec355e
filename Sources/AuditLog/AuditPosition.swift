import Foundation
import GRDB

/// A place in one ledger's chain, so that reading can go on from it later.
package struct AuditPosition: Sendable, Hashable {
    /// The instance id of the ledger.
    package var instance: String

    /// The last record that was read; number 0 and the chain's beginning before the first.
    package var anchor: AuditAnchor

    /// Creates a position.
    package init(instance: String, anchor: AuditAnchor) {
        self.instance = instance
        self.anchor = anchor
    }
}

extension AuditReader {
    /// The beginning of the chain, before its first record; blocks the calling thread.
    ///
    /// - Throws: ``AuditError``.
    package func beginning() throws(AuditError) -> AuditPosition {
        do {
            return try connection.read { db in
                let instance = try Self.instance(db)
                return AuditPosition(
                    instance: instance,
                    anchor: AuditAnchor(
                        sequence: 0, hash: RecordHash.genesis(instance: instance.utf8).hexadecimal))
            }
        } catch {
            throw AuditError(error, path: path)
        }
    }

    /// Visits the records that match, one at a time, in one snapshot of the database; blocks the calling thread.
    ///
    /// - Parameters:
    ///   - query: Which records.
    ///   - position: If given, only records behind it are visited, in the order of their numbers.
    ///   - visit: Takes a record; what it throws ends the reading.
    /// - Returns: The snapshot's end, whether or not the last record matched.
    /// - Throws: ``AuditError`` with code `position-mismatch` if the chain does not hold the position, others where the
    ///   database cannot be read; what `visit` threw.
    package func read(
        matching query: AuditQuery, from position: AuditPosition? = nil, _ visit: (AuditRecord) throws -> Void
    ) throws -> AuditPosition {
        do {
            return try connection.read { db in
                let instance = try Self.instance(db)
                if let position { try Self.require(position, instance: instance, in: db, path: path) }
                var query = query
                query.after = position?.anchor.sequence
                try AuditRecord.forEach(matching: query, in: db, visit)
                let last = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM audit_record") ?? 0
                return AuditPosition(
                    instance: instance, anchor: try Self.anchor(at: last, instance: instance, in: db))
            }
        } catch let error as DatabaseError {
            throw AuditError(error, path: path)
        }
    }

    /// A number that changes when another connection has committed to the database; blocks the calling thread.
    ///
    /// - Throws: ``AuditError``.
    package func dataVersion() throws(AuditError) -> Int64 {
        do {
            return try connection.read { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
        } catch {
            throw AuditError(error, path: path)
        }
    }

    private static func instance(_ db: Database) throws -> String {
        guard let instance = try String.fetchOne(db, sql: "SELECT instance FROM ledger") else {
            throw AuditError(.corrupted, "the audit database has no ledger entry")
        }
        return instance
    }

    private static func anchor(at sequence: Int64, instance: String, in db: Database) throws -> AuditAnchor {
        guard sequence > 0 else {
            return AuditAnchor(sequence: 0, hash: RecordHash.genesis(instance: instance.utf8).hexadecimal)
        }
        let hash = try Data.fetchOne(
            db, sql: "SELECT hash FROM audit_record WHERE sequence = ?", arguments: [sequence])
        return AuditAnchor(sequence: sequence, hash: hash?.hexadecimal ?? "")
    }

    private static func require(
        _ position: AuditPosition, instance: String, in db: Database, path: String
    ) throws {
        guard position.instance == instance,
            try anchor(at: position.anchor.sequence, instance: instance, in: db) == position.anchor
        else {
            throw AuditError(
                .positionMismatch, "the audit database does not hold record \(position.anchor.sequence) as it was read",
                remedy: "Look at it with lethe audit verify; if it is another database, begin anew", path: path)
        }
    }
}
