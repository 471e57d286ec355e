package import Foundation
import GRDB
package import Moderation

/// Which records to list; conditions that are set must all hold.
package struct AuditQuery: Sendable, Hashable {
    /// In which order of time, and for the same time of number, records are listed.
    package enum Order: String, Sendable, Hashable, CaseIterable {
        case oldestFirst = "oldest"
        case newestFirst = "newest"
    }

    /// Only records from this moment on.
    package var since: Date?

    /// Only records before this moment.
    package var until: Date?

    /// The SHA-256 of the dataset, or how it begins, in hexadecimal digits.
    package var dataset: String?

    /// The customer's name.
    package var customer: String?

    /// The rule that decided.
    package var rule: String?

    /// The verdict on the dataset.
    package var verdict: Verdict?

    /// What became of the example.
    package var disposition: Disposition?

    /// What happened.
    package var event: AuditEvent?

    /// The example's line.
    package var line: Int?

    /// At most this many records, the newest ones; `nil` for all.
    package var limit: Int?

    /// In which order.
    package var order: Order = .oldestFirst

    /// Creates a query for every record.
    package init() {}

    /// Throws if a condition is malformed, so that a command can tell before it opens a database.
    ///
    /// - Throws: ``AuditError`` with code `invalid-record` or `invalid-time`.
    package func validate() throws(AuditError) {
        _ = try sql()
    }

    /// The query with the whole SHA-256 in place of its beginning, if only one dataset's begins so.
    ///
    /// The index then gives the records in order of time, and a limit is reached without a sort.
    func completed(in db: Database) throws -> AuditQuery {
        guard let digits = try datasetDigits(), digits.utf8.count < 64 else { return self }
        let range = "FROM audit_record WHERE dataset >= ? AND dataset < ?"
        let row = try Row.fetchOne(
            db, sql: "SELECT (SELECT min(dataset) \(range)), (SELECT max(dataset) \(range))",
            arguments: [digits, digits + Self.behindDigits, digits, digits + Self.behindDigits])
        guard let row, let first = String.fromDatabaseValue(row[0]), String.fromDatabaseValue(row[1]) == first,
            AuditAnchor.isDigest(first)
        else { return self }
        var query = self
        query.dataset = first
        return query
    }

    /// A text that sorts behind every hexadecimal digit.
    private static let behindDigits = "g"

    private func datasetDigits() throws(AuditError) -> String? {
        guard let digits = dataset?.lowercased() else { return nil }
        guard !digits.isEmpty, digits.utf8.count <= 64, AuditAnchor.isHexadecimal(digits) else {
            throw AuditError(
                .invalidRecord, "a dataset is named by the hexadecimal digits that its SHA-256 begins with")
        }
        return digits
    }

    /// The statement and its arguments.
    ///
    /// One condition, the most selective, is left to an index; the others are marked with `+` against it, because
    /// SQLite has no statistics to choose by. Every index ends in the time, so bounds on it narrow the search too.
    func sql() throws(AuditError) -> (sql: String, arguments: StatementArguments) {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        func require(_ column: String, _ comparison: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            let isBound = column == "time" || conditions.isEmpty
            conditions.append("\(isBound ? "" : "+")\(column) \(comparison) ?")
            arguments += [value]
        }
        if let digits = try datasetDigits() {
            if digits.utf8.count == 64 {
                require("dataset", "=", digits)
            } else {
                conditions.append("dataset >= ? AND dataset < ?")
                arguments += [digits, digits + Self.behindDigits]
            }
        }
        require("rule", "=", rule)
        require("verdict", "=", verdict?.rawValue)
        require("customer", "=", customer)
        require("event", "=", event?.rawValue)
        require("disposition", "=", disposition?.rawValue)
        require("line", "=", line)
        if let since { require("time", ">=", try AuditTime(since).description) }
        if let until { require("time", "<", try AuditTime(until).description) }
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let table = "SELECT \(AuditRecord.columns) FROM audit_record\(filter)"
        let ascending = "ORDER BY time, sequence"
        let descending = "ORDER BY time DESC, sequence DESC"
        guard let limit else { return ("\(table) \(order == .oldestFirst ? ascending : descending)", arguments) }
        arguments += [limit]
        let newest = "\(table) \(descending) LIMIT ?"
        return (order == .oldestFirst ? "SELECT * FROM (\(newest)) \(ascending)" : newest, arguments)
    }
}
