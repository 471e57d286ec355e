import ArgumentParser
import AuditLog

extension AuditCommand {
    /// Lists records.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List records, oldest first.",
            discussion: """
                Conditions add up. Without --limit or --all the last 100 records that match are listed. A time is \
                today, yesterday or week-ago (local midnight), or ISO 8601, local unless it ends in Z or an offset; \
                --since includes it, --until does not. A dataset is named by the SHA-256 of its bytes, or how that \
                begins, or by the id that the daemon gave it.

                In tables and CSV, control characters are escaped; in CSV, a name that a spreadsheet would take for \
                a formula gets an apostrophe in front.

                EXAMPLES
                  lethe audit list --verdict rejected --since week-ago
                  lethe audit list --dataset 3f2a91 --rule bias --json
                  lethe audit list --dataset 01KAV7Q2M8C1W5T9XJ4Z0R6D3E --all
                """
        )

        @OptionGroup var location: DatabaseOption

        @OptionGroup var conditions: Conditions

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
        }

        func run() throws {
            let query = try AuditCommand.reading(makeQuery)
            let reader = try AuditCommand.reading(location.open)
            var output = AuditOutput()
            let count = try AuditCommand.reading {
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
            var query = try conditions.query()
            query.limit = all ? nil : limit ?? 100
            query.order = order
            return query
        }

        private func listTable(_ query: AuditQuery, _ reader: AuditReader, _ output: inout AuditOutput)
            throws(AuditError) -> Int
        {
            var table = AuditTable()
            var count = 0
            try reader.forEachRecord(matching: query) { record in
                table.append(record)
                count += 1
            }
            if count > 0 { output.write(table.flush()) }
            return count
        }

        private func listJSON(_ query: AuditQuery, _ reader: AuditReader, _ output: inout AuditOutput)
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

        private func listCSV(_ query: AuditQuery, _ reader: AuditReader, _ output: inout AuditOutput)
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

extension AuditQuery.Order: ExpressibleByArgument {}
