package import Foundation
package import GRDB
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

    /// The SHA-256 of the dataset, or how it begins, in hexadecimal digits; or the dataset's id, a ULID.
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

    /// Only records behind this number, in the order of their numbers, whatever ``order`` is.
    package var after: Int64?

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
        guard case .digits(let digits)? = try datasetName(), digits.utf8.count < 64 else { return self }
        let range = "FROM audit_record WHERE dataset >= ? AND dataset < ?"
        let row = try Row.fetchOne(
            db, sql: "SELECT (SELECT min(dataset) \(range)), (SELECT max(dataset) \(range))",
            arguments: [digits, digits + DatasetName.behindDigits, digits, digits + DatasetName.behindDigits])
        guard let row, let first = String.fromDatabaseValue(row[0]), String.fromDatabaseValue(row[1]) == first,
            AuditAnchor.isDigest(first)
        else { return self }
        var query = self
        query.dataset = first
        return query
    }

    private func datasetName() throws(AuditError) -> DatasetName? {
        guard let dataset else { return nil }
        guard let name = DatasetName(dataset) else {
            throw AuditError(
                .invalidRecord,
                "a dataset is named by its id or by the hexadecimal digits that its SHA-256 begins with")
        }
        return name
    }

    /// The conditions as SQL, with ` WHERE ` in front where there are any, and their arguments.
    ///
    /// One condition, the most selective, is left to an index; the others are marked with `+` against it, because
    /// SQLite has no statistics to choose by. Every index but that of subjects ends in the time, so bounds on it narrow
    /// the search too.
    func filter() throws(AuditError) -> (sql: String, arguments: StatementArguments) {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        var hasRange = after != nil
        func require(_ column: String, _ comparison: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            let isBound = column == "time" && !hasRange || conditions.isEmpty
            conditions.append("\(isBound ? "" : "+")\(column) \(comparison) ?")
            arguments += [value]
        }
        require("sequence", ">", after)
        switch try datasetName() {
        case .digits(let digits) where digits.utf8.count == 64:
            require("dataset", "=", digits)
        case .some(let name):
            let (condition, values) = name.condition(isIndexed: conditions.isEmpty)
            conditions.append(condition)
            arguments += StatementArguments(values)
            hasRange = true
        case nil:
            break
        }
        require("rule", "=", rule)
        require("verdict", "=", verdict?.rawValue)
        require("customer", "=", customer)
        require("event", "=", event?.rawValue)
        require("disposition", "=", disposition?.rawValue)
        require("line", "=", line)
        if let since { require("time", ">=", try AuditTime(since).description) }
        if let until { require("time", "<", try AuditTime(until).description) }
        return (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "), arguments)
    }

    /// The statement that lists the records, and its arguments.
    ///
    /// - Throws: ``AuditError`` with code `invalid-record` or `invalid-time`.
    package func sql() throws(AuditError) -> (sql: String, arguments: StatementArguments) {
        var (filter, arguments) = try filter()
        let table = "SELECT \(AuditRecord.columns) FROM audit_record\(filter)"
        if let limit { arguments += [limit] }
        if after != nil { return ("\(table) ORDER BY sequence\(limit == nil ? "" : " LIMIT ?")", arguments) }
        let ascending = "ORDER BY time, sequence"
        let descending = "ORDER BY time DESC, sequence DESC"
        guard limit != nil else { return ("\(table) \(order == .oldestFirst ? ascending : descending)", arguments) }
        let newest = "\(table) \(descending) LIMIT ?"
        return (order == .oldestFirst ? "SELECT * FROM (\(newest)) \(ascending)" : newest, arguments)
    }
}
