import ArgumentParser
import AuditLog
import Foundation
import Moderation

extension AuditCommand {
    /// Lists records.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List records, oldest first.",
            discussion: """
                Conditions add up. Without --limit or --all the last 100 records that match are listed. A time is \
                today, yesterday or week-ago (local midnight), or ISO 8601, local unless it ends in Z or an offset; \
                --since includes it, --until does not.

                In tables and CSV, control characters are escaped; in CSV, a name that a spreadsheet would take for \
                a formula gets an apostrophe in front.

                EXAMPLES
                  lethe audit list --verdict rejected --since week-ago
                  lethe audit list --dataset 3f2a91 --rule bias --json
                """
        )

        enum Format: String, ExpressibleByArgument, CaseIterable {
            case table
            case json
            case csv
        }

        @OptionGroup var location: DatabaseOption

        @Option(help: "Only records from this time on.")
        var since: String?

        @Option(help: "Only records before this time.")
        var until: String?

        @Option(help: "The dataset's SHA-256, or how it begins.")
        var dataset: String?

        @Option(help: "The customer.")
        var customer: String?

        @Option(help: "The rule that decided.")
        var rule: String?

        @Option(help: "The verdict on the dataset.")
        var verdict: Verdict?

        @Option(help: "What became of the example.")
        var disposition: Disposition?

        @Option(help: "What happened.")
        var event: AuditEvent?

        @Option(help: "The example's line in the dataset.")
        var line: Int?

        @Option(help: "List at most this many records, the last ones. (default: 100)")
        var limit: Int?

        @Flag(help: "List every record that matches.")
        var all = false

        @Option(help: "Which records come first.")
        var order: AuditQuery.Order = .oldestFirst

        @Option(help: "How to print.")
        var format: Format = .table

        @Flag(help: "Print one JSON document; the same as --format json.")
        var json = false

        func validate() throws {
            if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1 on.") }
            if all && limit != nil { throw ValidationError("--all and --limit exclude each other.") }
            if json && format == .csv { throw ValidationError("--json and --format csv exclude each other.") }
            do throws(AuditError) {
                try makeQuery().validate()
            } catch {
                throw ValidationError([error.message, error.remedy].compactMap(\.self).joined(separator: ". ") + ".")
            }
        }

        func run() throws {
            let query = try AuditCommand.reading(makeQuery)
            let reader = try AuditCommand.reading(location.open)
            var output = BufferedOutput()
            let count = try AuditCommand.reading { () throws(AuditError) in
                switch json ? .json : format {
                case .table: try listTable(query, reader, &output)
                case .json: try listJSON(query, reader, &output)
                case .csv: try listCSV(query, reader, &output)
                }
            }
            try output.finish()
            if count == 0 {
                AuditCommand.tell("no record matches")
                throw Exit.noneFound
            }
        }

        private func makeQuery() throws(AuditError) -> AuditQuery {
            var query = AuditQuery()
            let now = Date()
            if let since { query.since = try AuditTimeExpression.parse(since, now: now, timeZone: .current) }
            if let until { query.until = try AuditTimeExpression.parse(until, now: now, timeZone: .current) }
            query.dataset = dataset
            query.customer = customer
            query.rule = rule
            query.verdict = verdict
            query.disposition = disposition
            query.event = event
            query.line = line
            query.limit = all ? nil : limit ?? 100
            query.order = order
            return query
        }

        private func listTable(_ query: AuditQuery, _ reader: AuditReader, _ output: inout BufferedOutput)
            throws(AuditError) -> Int
        {
            var table = AuditTable()
            var count = 0
            try reader.forEachRecord(matching: query) { record in
                table.append(record)
                count += 1
            }
            if count > 0 { output.write(table.text()) }
            return count
        }

        private func listJSON(_ query: AuditQuery, _ reader: AuditReader, _ output: inout BufferedOutput)
            throws(AuditError) -> Int
        {
            var count = 0
            output.write("{\"records\":[")
            try reader.forEachRecord(matching: query) { record in
                output.write((count > 0 ? ",\n" : "\n") + record.json())
                count += 1
            }
            output.write("\n]}\n")
            return count
        }

        private func listCSV(_ query: AuditQuery, _ reader: AuditReader, _ output: inout BufferedOutput)
            throws(AuditError) -> Int
        {
            var count = 0
            output.write(AuditRecord.csvHeader + "\r\n")
            try reader.forEachRecord(matching: query) { record in
                output.write(record.csv() + "\r\n")
                count += 1
            }
            return count
        }
    }
}

extension Verdict: ExpressibleByArgument {}
extension Disposition: ExpressibleByArgument {}
extension AuditEvent: ExpressibleByArgument {}
extension AuditQuery.Order: ExpressibleByArgument {}
