import Foundation
import GRDB
import GRDBSQLite

/// The row that a statement stands on, read byte for byte: a text is not decoded, so nothing is repaired on the way.
struct StoredRecord {
    private let statement: SQLiteStatement

    init(_ statement: SQLiteStatement) {
        self.statement = statement
    }

    /// The hash that stands in the record.
    var hash: [UInt8] { bytes(13) }

    /// What happened, if the record is about a signing key, and its body.
    var keyEvent: (event: AuditEvent, body: String)? {
        // The length first: a chain has millions of records and a handful of these.
        guard sqlite3_column_bytes(statement, 3) == 11 else { return nil }
        switch AuditEvent(rawValue: String(decoding: bytes(3), as: UTF8.self)) {
        case .keyCreated: return (.keyCreated, String(decoding: bytes(11), as: UTF8.self))
        case .keyRotated: return (.keyRotated, String(decoding: bytes(11), as: UTF8.self))
        default: return nil
        }
    }

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
