import ArgumentParser
import AuditLog

extension AuditCommand {
    /// Counts records.
    struct Stats: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Count records by event, verdict, rule, customer and disposition.",
            discussion: """
                Conditions add up, as for lethe audit list.

                EXAMPLES
                  lethe audit stats --since week-ago
                  lethe audit stats --customer acme --event example.decided --format csv
                """
        )

        @OptionGroup var location: DatabaseOption
        @OptionGroup var conditions: Conditions

        @Option(help: "How to print.")
        var format: Format = .table

        @Flag(help: "Print one JSON document; the same as --format json.")
        var json = false

        func validate() throws {
            if json && format == .csv { throw ValidationError("--json and --format csv exclude each other.") }
        }

        func run() throws {
            let query = try AuditCommand.reading(conditions.query)
            let statistics = try AuditCommand.reading { try location.open().statistics(matching: query) }
            var output = AuditOutput()
            switch json ? .json : format {
            case .table: output.write(statistics.text())
            case .json: output.write(statistics.json() + "\n")
            case .csv: output.write(statistics.csv())
            }
            try output.finish()
            if statistics.records == 0 {
                AuditCommand.tell("no record matches")
                throw Exit.noneFound
            }
        }
    }
}
