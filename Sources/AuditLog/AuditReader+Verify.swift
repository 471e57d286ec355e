import Foundation
import GRDB
import GRDBSQLite

extension AuditReader {
    /// Recomputes the whole chain in one snapshot of the database; blocks the calling thread.
    ///
    /// It finds any record that was changed, removed, inserted or moved, and the removal of the last ones as far as the
    /// head file or `expected` know of them. It cannot find a rewrite by someone who may write both to the database
    /// and to the head file, except through `expected`.
    ///
    /// - Parameter expected: A record that is known from an earlier check.
    /// - Returns: How far the chain is intact, and the first bad record.
    /// - Throws: ``AuditError`` where the database cannot be read; a tampered one is a result.
    package func verify(expecting expected: AuditAnchor? = nil) throws(AuditError) -> AuditVerification {
        do {
            // Read before the snapshot begins: a head is written after its records, so the snapshot holds them.
            let head = try Head(besideDatabase: path)
            return try connection.read { try Self.verify($0, head: head, expected: expected) }
        } catch {
            throw AuditError(error, path: path)
        }
    }

    /// Recomputes the whole chain in one snapshot of the database, on the database's own queue.
    ///
    /// - Parameter expected: A record that is known from an earlier check.
    /// - Returns: How far the chain is intact, and the first bad record.
    /// - Throws: ``AuditError`` where the database cannot be read; a tampered one is a result.
    package func verify(expecting expected: AuditAnchor? = nil) async throws(AuditError) -> AuditVerification {
        do {
            let head = try Head(besideDatabase: path)
            return try await connection.read { try Self.verify($0, head: head, expected: expected) }
        } catch {
            throw AuditError(error, path: path)
        }
    }

    private static func verify(_ db: Database, head: Head, expected: AuditAnchor?) throws -> AuditVerification {
        var result = AuditVerification(instance: "", intactCount: 0, head: nil, hasHeadFile: head != .absent)
        result.failure = try failureOfChain(db, head: head, expected: expected, result: &result)
        if result.failure == nil { result.failure = try failureOfStructure(db) }
        return result
    }

    private static func failureOfChain(
        _ db: Database, head: Head, expected: AuditAnchor?, result: inout AuditVerification
    ) throws -> AuditVerification.Failure? {
        if let name = try AuditSchema.firstAlteration(db), ["ledger", "audit_record"].contains(name) {
            return .init(sequence: nil, reason: .schema, detail: "table \"\(name)\" is not as Lethe made it")
        }
        let instances = try Row.fetchAll(db, sql: "SELECT instance FROM ledger")
        guard instances.count == 1, let instance = String.fromDatabaseValue(instances[0][0]) else {
            return .init(sequence: nil, reason: .schema, detail: "the ledger has no single instance id")
        }
        result.instance = instance
        var link = RecordHash.genesis(instance: instance.utf8)
        if case .unreadable = head {
            return .init(sequence: nil, reason: .headMismatch, detail: "the head file names no record")
        }
        if case .names(let file) = head, file.instance != instance {
            return .init(sequence: nil, reason: .headMismatch, detail: "the head file is that of another ledger")
        }
        let anchors = [
            head.anchor.map { ($0, "the head file") }, expected.map { ($0, "what was expected") },
        ].compactMap(\.self)
        if let expected, expected.sequence == 0, expected.hash != link.hexadecimal {
            return .init(sequence: nil, reason: .headMismatch, detail: "the chain does not begin as was expected")
        }
        let statement = try db.makeStatement(
            sql: "SELECT \(AuditRecord.columns) FROM audit_record ORDER BY sequence")
        let rows = try Row.fetchCursor(statement)
        while try rows.next() != nil {
            let next = result.intactCount + 1
            let stored = StoredRecord(statement.sqliteStatement)
            if let failure = stored.failure(after: link, expectedSequence: next) { return failure }
            link = stored.hash
            for (anchor, source) in anchors where anchor.sequence == next && anchor.hash != link.hexadecimal {
                return .init(sequence: next, reason: .headMismatch, detail: "its hash is not that of \(source)")
            }
            result.intactCount = next
            result.head = AuditAnchor(sequence: next, hash: link.hexadecimal)
        }
        for (anchor, source) in anchors where anchor.sequence > result.intactCount {
            return .init(
                sequence: result.intactCount + 1, reason: .truncated,
                detail: "records up to \(anchor.sequence) are known from \(source)")
        }
        return nil
    }

    /// Looks at what the hashes do not cover: triggers, indexes that queries rely on, the file's pages.
    private static func failureOfStructure(_ db: Database) throws -> AuditVerification.Failure? {
        if let name = try AuditSchema.firstAlteration(db) {
            return .init(sequence: nil, reason: .schema, detail: "\"\(name)\" is not as Lethe made it")
        }
        let finding = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? ""
        return finding == "ok" ? nil : .init(sequence: nil, reason: .schema, detail: "SQLite finds: \(finding)")
    }
}

/// What lies beside the database as its head file.
private enum Head: Equatable {
    case absent
    case unreadable
    case names(AuditHeadFile)

    init(besideDatabase path: String) throws(AuditError) {
        do throws(AuditError) {
            self = try AuditHeadFile.read(besideDatabase: path).map(Self.names) ?? .absent
        } catch  where error.code == .headMismatch {
            self = .unreadable
        }
    }

    var anchor: AuditAnchor? {
        if case .names(let file) = self { file.anchor } else { nil }
    }
}

/// The row that a statement stands on, read byte for byte: a text is not decoded, so nothing is repaired on the way.
private struct StoredRecord {
    private let statement: SQLiteStatement

    init(_ statement: SQLiteStatement) {
        self.statement = statement
    }

    /// The hash that stands in the record.
    var hash: [UInt8] { bytes(13) }

    /// What is wrong with the record as the one after `link`.
    func failure(after link: [UInt8], expectedSequence: Int64) -> AuditVerification.Failure? {
        let sequence = sqlite3_column_int64(statement, 0)
        if sequence > expectedSequence {
            return .init(
                sequence: expectedSequence, reason: .gap, detail: "it is missing; the next record is \(sequence)")
        }
        func failure(_ reason: AuditVerification.Reason, _ detail: String) -> AuditVerification.Failure {
            .init(sequence: sequence, reason: reason, detail: detail)
        }
        if sequence < expectedSequence { return failure(.schema, "records begin at 1") }
        guard let computed = computedHash() else { return failure(.schema, "a value is of the wrong type") }
        if bytes(12) != link { return failure(.brokenLink, "it is not chained to the record before it") }
        if computed != hash { return failure(.hashMismatch, "its fields do not give its hash") }
        return nil
    }

    /// The hash of the fields; `nil` if one is not of the type that its column has.
    private func computedHash() -> [UInt8]? {
        var fields = RecordHash.record()
        for column in CInt(0)..<13 {
            let type = sqlite3_column_type(statement, column)
            switch (column, type) {
            case (0, SQLITE_INTEGER), (10, SQLITE_INTEGER): fields.append(sqlite3_column_int64(statement, column))
            case (1...9, SQLITE_TEXT), (11, SQLITE_TEXT): fields.append(utf8: bytes(column))
            case (5...10, SQLITE_NULL): fields.appendNone()
            case (12, SQLITE_BLOB): fields.append(bytes: bytes(column))
            default: return nil
            }
        }
        return sqlite3_column_type(statement, 13) == SQLITE_BLOB ? fields.finish() : nil
    }

    private func bytes(_ column: CInt) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }
}
