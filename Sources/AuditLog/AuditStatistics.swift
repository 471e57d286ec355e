import Foundation
import GRDB

/// How many records there are of each event, verdict, rule, customer and disposition.
package struct AuditStatistics: Sendable, Hashable {
    /// The records of one value.
    package struct Count: Sendable, Hashable {
        /// The value, such as `cleared`.
        package var value: String

        /// How many records have it.
        package var records: Int
    }

    /// What records are counted by, in the order in which it is printed.
    package static let columns = ["event", "verdict", "rule", "customer", "disposition"]

    /// How many records match.
    package var records: Int

    /// The counts by column, the most frequent values first.
    package var counts: [String: [Count]]
}

extension AuditReader {
    /// Counts the records that match, in one snapshot of the database; blocks the calling thread.
    ///
    /// - Parameter query: Which records; limit and order are not used.
    /// - Throws: ``AuditError``.
    package func statistics(matching query: AuditQuery) throws(AuditError) -> AuditStatistics {
        do {
            return try connection.read { db in
                let (filter, arguments) = try query.completed(in: db).filter()
                let total = try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM audit_record\(filter)", arguments: arguments)
                var statistics = AuditStatistics(records: total ?? 0, counts: [:])
                for column in AuditStatistics.columns {
                    let condition = "\(filter.isEmpty ? " WHERE " : filter + " AND ")\(column) IS NOT NULL"
                    let rows = try Row.fetchAll(
                        db,
                        sql: """
                            SELECT \(column), count(*) FROM audit_record\(condition)
                            GROUP BY \(column) ORDER BY 2 DESC, 1
                            """, arguments: arguments)
                    statistics.counts[column] = rows.map { row in
                        AuditStatistics.Count(
                            value: String.fromDatabaseValue(row[0]) ?? "", records: Int.fromDatabaseValue(row[1]) ?? 0)
                    }
                }
                return statistics
            }
        } catch {
            throw AuditError(error, path: path)
        }
    }
}

extension AuditStatistics {
    /// One line for each value, for people.
    package func text() -> String {
        var table = TextTable(titles: ["BY", "VALUE", "RECORDS"], numeric: [2])
        for (column, count) in lines { table.append([column, count.value, String(count.records)]) }
        return table.flush() + "records: \(records)\n"
    }

    /// One JSON object.
    package func json() -> String {
        let members = counts.mapValues { counts in
            CanonicalJSON.object(
                Dictionary(counts.map { ($0.value, .integer($0.records)) }) { first, _ in first })
        }
        let json = CanonicalJSON.object(["counts": .object(members), "records": .integer(records)])
        // Without a fraction among the numbers, encoding does not fail.
        return (try? json.encoded()) ?? "null"
    }

    /// CSV (RFC 4180) with a line for each value.
    package func csv() -> String {
        let header = "by,value,records\r\n"
        return header + lines.map { CSV.line([$0, $1.value, String($1.records)]) + "\r\n" }.joined()
    }

    private var lines: [(column: String, count: Count)] {
        Self.columns.flatMap { column in (counts[column] ?? []).map { (column, $0) } }
    }
}
