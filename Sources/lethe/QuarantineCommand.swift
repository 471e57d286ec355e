import ArgumentParser
import AuditLog
import ControlClient
import ControlModels
import Foundation
import Reports

/// Looks at quarantined rows and decides on them.
struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Look at quarantined rows, release or confirm them.",
        discussion: """
            A row is open until a moderator has decided. `release` lets it pass: the cleared output is written anew \
            with it, and the same row of the same bytes passes when it comes again. `confirm` finds the removal right. \
            `restore` takes either back: the row is in quarantine again, and open. Each decision is an audit record \
            with who made it and why.

            EXAMPLES
              lethe quarantine list --dataset 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9
              lethe quarantine show 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 17
              lethe quarantine release 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 17 23 --reason "a recipe"

            EXIT CODES
              0  done
              1  there is none
              2  usage
              4  the daemon refused, or does not answer
            """,
        subcommands: [List.self, Show.self, Release.self, Confirm.self, Restore.self]
    )

    /// Lists quarantined rows.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List quarantined rows.",
            discussion: """
                EXAMPLES
                  lethe quarantine list --state open
                """)

        @OptionGroup var service: ServiceOptions

        @Option(help: "Only those of a dataset, by its id.")
        var dataset: String?

        @Option(help: "Only those that are open, confirmed or released.")
        var state: [CaseState] = []

        @Option(help: "At most so many.")
        var limit = 100

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            var query = state.map { "state=\($0.rawValue)" } + ["limit=\(limit)"]
            if let dataset { query.append("dataset=\(escaped(dataset))") }
            let list = try withDaemon {
                try service.client().get("/v1/quarantine?\(query.joined(separator: "&"))", as: CaseList.self)
            }
            try printCases(list, json: json)
            if list.cases.isEmpty { throw ExitCode(1) }
        }
    }

    /// Shows one quarantined row.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one quarantined row: what it says, and why it was removed.",
            discussion: """
                Prints the customer's text, with control characters escaped.

                EXAMPLES
                  lethe quarantine show 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 17
                """)

        @OptionGroup var service: ServiceOptions

        @Argument(help: "The dataset's id.")
        var dataset: String

        @Argument(help: "The row's line.")
        var line: Int

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let detail = try withDaemon {
                try service.client().get("/v1/quarantine/\(escaped(dataset))/\(line)", as: CaseDetail.self)
            }
            if json { return try Console.print(ControlJSON.encode(detail, pretty: true) + [0x0A]) }
            let summary = detail.summary
            var lines = [
                "dataset   \(summary.dataset)  \(TerminalText.escape(summary.customer))", "line      \(summary.line)",
                "state     \(summary.state)\(summary.actor.map { " by \(TerminalText.escape($0))" } ?? "")",
            ]
            if let reason = summary.reason { lines.append("reason    \(TerminalText.escape(reason))") }
            for finding in detail.findings {
                lines.append("finding   \(finding.rule)  \(finding.action)  \(TerminalText.escape(finding.detail))")
            }
            lines.append(
                "row       \(detail.row.map { TerminalText.escape($0) } ?? "base64 \(detail.rowBase64 ?? "")")")
            try Console.print(lines.joined(separator: "\n") + "\n")
        }
    }

    /// Which rows a decision is about.
    struct DecisionOptions: ParsableArguments {
        @OptionGroup var service: ServiceOptions

        @Argument(help: "The dataset's id.")
        var dataset: String

        @Argument(help: "The rows' lines.")
        var lines: [Int]

        @Option(help: "Why, for the audit log.")
        var reason: String?

        func decide(_ verb: String, needsReason: Bool) throws {
            if needsReason, reason?.isEmpty ?? true { throw ValidationError("--reason is needed.") }
            let list = try withDaemon {
                try service.client().post(
                    "/v1/quarantine/\(escaped(dataset))/\(verb)", ChangeRequest(reason: reason, lines: lines),
                    as: CaseList.self)
            }
            try printCases(CaseList(cases: list.cases.filter { lines.contains($0.line) }), json: false)
        }
    }

    /// Lets rows pass.
    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let rows pass: they join the cleared output.",
            discussion: """
                EXAMPLES
                  lethe quarantine release 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 17 --reason "a recipe, not a threat"
                """)

        @OptionGroup var options: DecisionOptions

        func run() throws { try options.decide("release", needsReason: true) }
    }

    /// Finds a removal right.
    struct Confirm: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find the removal of rows right; a released row leaves the cleared output again.",
            discussion: """
                EXAMPLES
                  lethe quarantine confirm 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 17
                """)

        @OptionGroup var options: DecisionOptions

        func run() throws { try options.decide("confirm", needsReason: false) }
    }

    /// Takes a decision back.
    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a release or confirmation back: the rows are in quarantine, and open.",
            discussion: """
                EXAMPLES
                  lethe quarantine restore 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 17 --reason "released by mistake"
                """)

        @OptionGroup var options: DecisionOptions

        func run() throws { try options.decide("restore", needsReason: true) }
    }
}

/// Where a case stands, as the command line names it.
enum CaseState: String, ExpressibleByArgument, CaseIterable {
    case open
    case confirmed
    case released
}

/// Prints cases as a table or as JSON.
private func printCases(_ list: CaseList, json: Bool) throws {
    if json { return try Console.print(ControlJSON.encode(list, pretty: true) + [0x0A]) }
    var table = TextTable(["dataset", "customer", "line", "rule", "state", "by", "reason"], rightAligned: [2])
    for item in list.cases {
        table.add([
            item.dataset, TerminalText.escape(item.customer), String(item.line), item.rule, item.state,
            TerminalText.escape(item.actor ?? ""), TerminalText.escape(item.reason ?? ""),
        ])
    }
    try Console.print(list.cases.isEmpty ? "none\n" : table.text)
}
