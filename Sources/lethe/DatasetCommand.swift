import ArgumentParser
import ControlClient
import ControlModels
import Foundation
import Reports

/// Lists datasets, shows one, and stops or repeats a judgement.
struct DatasetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset",
        abstract: "List and show the daemon's datasets; cancel or repeat a judgement.",
        discussion: """
            EXAMPLES
              lethe dataset list --state deferred
              lethe dataset rejudge 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 --reason "new policy"

            EXIT CODES
              0  done
              1  there is no such dataset
              2  usage
              4  the daemon refused, or does not answer
            """,
        subcommands: [List.self, Show.self, Report.self, Cancel.self, Rejudge.self]
    )

    /// Lists datasets.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List datasets, newest first.",
            discussion: """
                EXAMPLES
                  lethe dataset list --customer acme --limit 20
                """)

        @OptionGroup var service: ServiceOptions

        @Option(
            help: "Only those in a state: received, claimed, parsed, scored, decided, deferred, cancelled, withdrawn.")
        var state: [String] = []

        @Option(help: "Only those of a customer.")
        var customer: String?

        @Option(help: "At most so many.")
        var limit = 100

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            var query = state.map { "state=\(escaped($0))" } + ["limit=\(limit)"]
            if let customer { query.append("customer=\(escaped(customer))") }
            let list = try withDaemon {
                try service.client().get("/v1/datasets?\(query.joined(separator: "&"))", as: DatasetList.self)
            }
            try printDatasets(list, json: json)
        }
    }

    /// Shows one dataset.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one dataset as JSON.",
            discussion: """
                EXAMPLES
                  lethe dataset show 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9
                """)

        @OptionGroup var service: ServiceOptions

        @Argument(help: "The dataset's id.")
        var id: String

        func run() throws {
            let dataset = try withDaemon {
                try service.client().get("/v1/datasets/\(escaped(id))", as: DatasetSummary.self)
            }
            try Console.print(ControlJSON.encode(dataset, pretty: true) + [0x0A])
        }
    }

    /// Prints a dataset's report.
    struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a dataset's report: every row's score and findings.",
            discussion: """
                EXAMPLES
                  lethe dataset report 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9
                  lethe dataset report 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 --json | jq '.rows[] | select(.score > 0.2)'
                """)

        @OptionGroup var service: ServiceOptions

        @Argument(help: "The dataset's id.")
        var id: String

        @Flag(help: "Print the JSON document that the daemon keeps.")
        var json = false

        func run() throws {
            let bytes = try withDaemon { try service.client().bytes("/v1/datasets/\(escaped(id))/report") }
            if json { return try Console.print(bytes) }
            let report = try withDaemon { try ReportJSON.decode(ScanReport.self, from: bytes) }
            try Console.print(report.text())
        }
    }

    /// Stops a judgement for good.
    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop the judgement of a dataset that waits or runs; its gate stays closed.",
            discussion: """
                EXAMPLES
                  lethe dataset cancel 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 --reason "sent by mistake"
                """)

        @OptionGroup var service: ServiceOptions

        @Argument(help: "The dataset's id.")
        var id: String

        @Option(help: "Why, for the audit log.")
        var reason: String?

        func run() throws {
            try withDaemon {
                try service.client().post("/v1/datasets/\(escaped(id))/cancel", ChangeRequest(reason: reason))
            }
        }
    }

    /// Has a dataset judged again.
    struct Rejudge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Judge a dataset again under the policy of now; its gate is closed until then.",
            discussion: """
                The customer's own file must still be kept (`retention` in lethe.yaml).

                EXAMPLES
                  lethe dataset rejudge 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 --reason "new policy"
                """)

        @OptionGroup var service: ServiceOptions

        @Argument(help: "The dataset's id.")
        var id: String

        @Option(help: "Why, for the audit log.")
        var reason: String?

        func run() throws {
            try withDaemon {
                try service.client().post("/v1/datasets/\(escaped(id))/rejudge", ChangeRequest(reason: reason))
            }
        }
    }
}
