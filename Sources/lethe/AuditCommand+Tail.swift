import ArgumentParser
import AuditLog
import Foundation

extension AuditCommand {
    /// Shows the last records, and those that come.
    struct Tail: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the last records, and with --follow those that come.",
            discussion: """
                Conditions add up, as for lethe audit list. With --follow it goes on until it is interrupted, and \
                looks four times a second whether the database has changed. JSON is one object a line.

                EXAMPLES
                  lethe audit tail --limit 20
                  lethe audit tail --follow --event dataset.judged --format json
                """
        )

        /// How long it sleeps between two looks at the database.
        private static let interval: TimeInterval = 0.25

        @OptionGroup var location: DatabaseOption
        @OptionGroup var conditions: Conditions

        @Option(name: [.customShort("n"), .long], help: "Begin with at most this many records.")
        var limit = 10

        @Flag(name: .shortAndLong, help: "Go on with the records that come.")
        var follow = false

        @Option(help: "How to print.")
        var format: Format = .table

        func validate() throws {
            if limit < 0 { throw ValidationError("--limit takes a number from 0 on.") }
        }

        func run() throws {
            let reader = try AuditCommand.reading(location.open)
            var query = try AuditCommand.reading(conditions.query)
            query.limit = limit
            var printer = Printer(format: format)
            // Before the records: a commit in between is then looked at twice, not missed.
            var version = try AuditCommand.reading(reader.dataVersion)
            var position = try AuditCommand.reading { try reader.read(matching: query) { printer.append($0) } }
            try printer.flush()
            query.limit = nil
            while follow {
                Thread.sleep(forTimeInterval: Self.interval)
                let newVersion = try AuditCommand.reading(reader.dataVersion)
                guard newVersion != version else { continue }
                version = newVersion
                position = try AuditCommand.reading {
                    try reader.read(matching: query, from: position) { printer.append($0) }
                }
                try printer.flush()
            }
            guard printer.count > 0 else {
                AuditCommand.tell("no record matches")
                throw Exit.noneFound
            }
        }
    }

    /// Prints records as they come.
    private struct Printer {
        private(set) var count = 0
        private let format: Format
        private var table = AuditTable()
        private var output = AuditOutput()

        init(format: Format) {
            self.format = format
        }

        mutating func append(_ record: AuditRecord) {
            switch format {
            case .table: table.append(record)
            case .json: output.write(record.json() + "\n")
            case .csv: output.write((count == 0 ? AuditRecord.csvHeader + "\r\n" : "") + record.csv() + "\r\n")
            }
            count += 1
        }

        /// Writes what was appended.
        mutating func flush() throws {
            if format == .table && count > 0 { output.write(table.flush()) }
            try output.finish()
        }
    }
}
