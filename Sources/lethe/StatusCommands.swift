import ArgumentParser
import AuditLog
import ControlClient
import ControlModels
import Foundation
import Reports

/// Shows what the daemon does.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what the daemon does: running judgements, queue, policies, problems.",
        discussion: """
            EXAMPLES
              lethe status
              lethe status --json | jq .problems

            EXIT CODES
              0  all is well
              1  the daemon reports a problem
              2  usage
              4  the daemon does not answer
            """
    )

    @OptionGroup var service: ServiceOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let status = try withDaemon { try service.client().get("/v1/status", as: StatusReport.self) }
        try Console.print(json ? ControlJSON.encode(status, pretty: true) + [0x0A] : Array(text(status).utf8))
        if !status.problems.isEmpty { throw ExitCode(1) }
    }

    private func text(_ status: StatusReport) -> String {
        var lines = [
            "lethed \(status.version)  pid \(status.pid)  since \(status.started)",
            "state   \(status.stateFolder)  \(status.freeBytes >> 20) MiB free",
            "model   \(status.model ?? "none is needed")",
            "audit   \(status.auditSequence) records\(status.signingKey.map { ", signed by \($0)" } ?? ", not signed")",
        ]
        let states = status.states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        lines.append("datasets  \(states.isEmpty ? "none" : states.joined(separator: ", "))")
        lines.append("quarantine  \(status.openCases) rows without a decision")
        for policy in status.policies {
            let mode = policy.mode == "shadow" ? "  SHADOW: removes nothing" : ""
            lines.append(
                "policy  \(policy.customers)  \(policy.name) \(policy.version)  sha256 \(policy.sha256.prefix(12))\(mode)"
            )
        }
        for running in status.running {
            let left = running.secondsLeft.map { ", \(Int($0)) s left" } ?? ""
            lines.append(
                "judging \(running.dataset)  \(TerminalText.escape(running.customer))  \(running.stage) "
                    + "\(running.done)/\(running.total)  \(Int(running.seconds)) s\(left)")
        }
        lines += status.fetches.map(StatusCommand.line)
        for (part, problem) in status.problems.sorted(by: { $0.key < $1.key }) {
            lines.append("PROBLEM \(part): \(TerminalText.escape(problem))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A line about a transfer or a source.
    private static func line(_ fetch: StatusReport.Fetch) -> String {
        var parts = [fetch.id == fetch.source ? "source  \(fetch.id)" : "fetch   \(fetch.id)"]
        if let source = fetch.source, source != fetch.id { parts.append("of \(source)") }
        parts.append(TerminalText.escape(fetch.customer))
        parts.append(TerminalText.escape(fetch.host.isEmpty ? "-" : fetch.host))
        parts.append(fetch.state)
        if fetch.bytes > 0 || fetch.total != nil {
            parts.append("\(fetch.bytes)" + (fetch.total.map { " of \($0)" } ?? "") + " bytes")
        }
        if fetch.attempts > 0 { parts.append("\(fetch.attempts) failed") }
        if let error = fetch.error { parts.append("error \(TerminalText.escape(error))") }
        if let next = fetch.next { parts.append("next \(next.prefix(19))Z") }
        return parts.joined(separator: "  ")
    }
}

/// Shows datasets that wait.
struct QueueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Show the datasets that wait for their verdict, in their order.",
        discussion: """
            Customers take turns: the next dataset is the oldest of the customer who was served longest ago.

            EXAMPLES
              lethe queue
            """
    )

    @OptionGroup var service: ServiceOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let list = try withDaemon { try service.client().get("/v1/queue", as: DatasetList.self) }
        try printDatasets(list, json: json)
    }
}

/// Loads configuration and policies again.
struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have the daemon read its configuration and policies again.",
        discussion: """
            All files are checked first; if one is wrong, the daemon keeps what it has, and this command tells every \
            fault and exits with 4. Judgements under way end under the policy that they began with.

            EXAMPLES
              lethe policy check /etc/lethe/policies/*.yaml && lethe reload
            """
    )

    @OptionGroup var service: ServiceOptions

    func run() throws {
        let report = try withDaemon {
            try service.client().post("/v1/reload", ChangeRequest(), as: ReloadReport.self)
        }
        for policy in report.policies {
            try Console.print(
                "\(policy.customers)  \(policy.name) \(policy.version)  sha256 \(policy.sha256.prefix(12))  \(policy.path)\n"
            )
        }
        for setting in report.needRestart {
            Console.tell("lethe: `\(setting)` has changed and takes effect when lethed is started again")
        }
    }
}

/// Prints datasets as a table or as JSON.
func printDatasets(_ list: DatasetList, json: Bool) throws {
    if json { return try Console.print(ControlJSON.encode(list, pretty: true) + [0x0A]) }
    var table = TextTable(["id", "customer", "name", "state", "verdict", "policy", "since", "reason"])
    for dataset in list.datasets {
        let position = dataset.position.map { " (\($0))" } ?? ""
        table.add([
            dataset.id, TerminalText.escape(dataset.customer), TerminalText.escape(dataset.name),
            dataset.state + position, dataset.verdict ?? "", dataset.policy ?? "", String(dataset.changed.prefix(19)),
            TerminalText.escape(String((dataset.reason ?? "").prefix(60))),
        ])
    }
    try Console.print(list.datasets.isEmpty ? "none\n" : table.text)
}
