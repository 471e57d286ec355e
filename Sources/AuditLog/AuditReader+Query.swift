import Foundation
import GRDB

extension AuditReader {
    /// Lists the records that match, in one snapshot of the database; blocks the calling thread.
    ///
    /// - Throws: ``AuditError``.
    package func records(matching query: AuditQuery) throws(AuditError) -> [AuditRecord] {
        var records: [AuditRecord] = []
        try forEachRecord(matching: query) { records.append($0) }
        return records
    }

    /// Lists the records that match, in one snapshot of the database.
    ///
    /// - Throws: ``AuditError``.
    package func records(matching query: AuditQuery) async throws(AuditError) -> [AuditRecord] {
        do {
            return try await connection.read { db in
                var records: [AuditRecord] = []
                try AuditRecord.forEach(matching: query, in: db) { records.append($0) }
                return records
            }
        } catch {
            throw AuditError(error, path: path)
        }
    }

    /// Visits the records that match, one at a time, in one snapshot of the database; blocks the calling thread.
    ///
    /// - Throws: ``AuditError``.
    package func forEachRecord(matching query: AuditQuery, _ visit: (AuditRecord) -> Void) throws(AuditError) {
        do {
            try connection.read { try AuditRecord.forEach(matching: query, in: $0, visit) }
        } catch {
            throw AuditError(error, path: path)
        }
    }

    /// Reads the record with a number, `nil` if there is none; blocks the calling thread.
    ///
    /// - Throws: ``AuditError``.
    package func record(_ sequence: Int64) throws(AuditError) -> AuditRecord? {
        do {
            return try connection.read { db in
                let sql = "SELECT \(AuditRecord.columns) FROM audit_record WHERE sequence = ?"
                return try Row.fetchOne(db, sql: sql, arguments: [sequence]).map { try AuditRecord($0) }
            }
        } catch {
            throw AuditError(error, path: path)
        }
    }
}

extension AuditRecord {
    /// The columns in the order in which a record is read.
    static let columns = """
        sequence, time, actor, event, subject, dataset, customer, rule, verdict, disposition, line, body, \
        previous_hash, hash
        """

    /// Visits the records that match, one at a time.
    static func forEach(
        matching query: AuditQuery, in db: Database, _ visit: (AuditRecord) throws -> Void
    ) throws {
        let (sql, arguments) = try query.completed(in: db).sql()
        let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
        while let row = try rows.next() { try visit(try AuditRecord(row)) }
    }

    /// Reads a row without trust in the types of its values.
    fileprivate init(_ row: Row) throws(AuditError) {
        func optional<Value: DatabaseValueConvertible>(_ index: Int) throws(AuditError) -> Value? {
            let value: DatabaseValue = row[index]
            if value.isNull { return nil }
            guard let converted = Value.fromDatabaseValue(value) else {
                throw AuditError(.corrupted, "a record holds a value of the wrong type")
            }
            return converted
        }
        func required<Value: DatabaseValueConvertible>(_ index: Int) throws(AuditError) -> Value {
            guard let value: Value = try optional(index) else {
                throw AuditError(.corrupted, "a record lacks a value")
            }
            return value
        }
        let previousHash: Data = try required(12)
        let hash: Data = try required(13)
        self.init(
            sequence: try required(0), time: try required(1), actor: try required(2), event: try required(3),
            subject: try required(4), dataset: try optional(5), customer: try optional(6), rule: try optional(7),
            verdict: try optional(8), disposition: try optional(9), line: try optional(10), body: try required(11),
            previousHash: previousHash.hexadecimal, hash: hash.hexadecimal)
    }
}
