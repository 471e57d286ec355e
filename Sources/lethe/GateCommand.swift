import ArgumentParser
import Foundation
import Gate
import Moderation
import Registry
import Reports
import Vault

/// Asks whether finetuning may start.
struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Ask whether finetuning may start on a dataset, and start it.",
        discussion: """
            DATASET is a dataset's id, the SHA-256 of the customer's file, or the path of that file or of a cleared one. \
            The gate is open only for a recorded verdict that clears rows, and only while the cleared file has the \
            recorded hash. Standard output then has the file's path.

            With --exec, the command takes this process's place and gets the verified file itself, already open: {} \
            in its arguments, and LETHE_CLEARED, are a path of the open descriptor, so that nobody can exchange the \
            file between the check and its use. The exit code is then the command's.

            The database and the vault are read directly, whether or not the daemon runs.

            EXAMPLES
              lethe gate 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9
              lethe gate upload.jsonl --customer acme --wait 30m && start-finetuning
              lethe gate 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 --exec python3 finetune.py --data {}

            EXIT CODES
              0  open
              1  rejected or cancelled
              2  usage, or one SHA-256 from several customers without --customer
              3  unknown
              4  error
              5  deferred
              6  pending, or the time of --wait is over
              7  altered: the record or the cleared file is not what was recorded
            """
    )

    @Argument(help: "The dataset.")
    var dataset: String

    @Option(help: "Wait for the verdict at most so long: 90s, 10m, 2h.", transform: GateCommand.duration)
    var wait: Double = 0

    @Option(help: "Whose dataset it is, where several customers sent the same bytes.")
    var customer: String?

    @Option(help: "The daemon's state folder, instead of the configuration's.", completion: .directory)
    var state: String?

    @OptionGroup var service: ServiceOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    @Option(name: .customLong("exec"), parsing: .remaining, help: "The command to become once the gate is open.")
    var command: [String] = []

    private struct Outcome: Encodable {
        var gate: String
        var dataset: String?
        var verdictRecord: Int64?
        var path: String?
        var sha256: String?
        var reason: String?
    }

    func run() throws {
        let layout: VaultLayout
        do { layout = try state.map { VaultLayout(root: $0) } ?? service.layout() } catch { throw fail(error) }
        let (entry, answer) = try ask(layout)
        if case .open(let path, let sha256, _) = answer, !command.isEmpty, let entry {
            try execute(entry, path, sha256)
        }
        try tell(entry, answer)
        if answer.exitCode != 0 { throw ExitCode(answer.exitCode) }
    }

    /// Asks until the answer is final or the time is over.
    private func ask(_ layout: VaultLayout) throws -> (DatasetEntry?, Gate.Answer) {
        let start = ProcessInfo.processInfo.systemUptime
        // A moderator's decision is recorded a moment before the file follows it.
        let grace = 2.0
        while true {
            let elapsed = ProcessInfo.processInfo.systemUptime - start
            do {
                let gate = try Gate(layout)
                while true {
                    let entry = try gate.dataset(dataset, customer: customer)
                    let answer = try entry.map { try gate.answer($0.id) } ?? .unknown
                    let elapsed = ProcessInfo.processInfo.systemUptime - start
                    var waits = answer.isProvisional && elapsed < wait
                    if case .altered = answer { waits = elapsed < grace }
                    guard waits else { return (entry, answer) }
                    usleep(200_000)
                }
            } catch let error as RegistryError where error.code == .ambiguousDataset {
                Console.tell("lethe: error: \(error)")
                throw ExitCode(2)
            } catch {
                // The daemon may not have made its database yet.
                guard elapsed < wait else { throw fail(error) }
                usleep(200_000)
            }
        }
    }

    private func execute(_ entry: DatasetEntry, _ path: String, _ sha256: String) throws {
        do {
            guard let file = try HeldFile(path: path, sha256: sha256) else {
                Console.tell("lethe: the cleared file has not the recorded hash")
                throw ExitCode(7)
            }
            let failure = file.execute(command, environment: ["LETHE_DATASET": entry.id.description])
            Console.tell("lethe: error: the command cannot be started: \(failure)")
            throw ExitCode(4)
        } catch let code as ExitCode {
            throw code
        } catch {
            throw fail(error)
        }
    }

    private func tell(_ entry: DatasetEntry?, _ answer: Gate.Answer) throws {
        var outcome = Outcome(gate: answer.name, dataset: entry?.id.description)
        switch answer {
        case .open(let path, let sha256, let record):
            (outcome.path, outcome.sha256, outcome.verdictRecord) = (path, sha256, record)
        case .rejected(let reason), .deferred(let reason, _), .altered(let reason): outcome.reason = reason
        case .pending(let state): outcome.reason = state
        case .unknown: outcome.reason = "no such dataset is recorded"
        }
        if json { return try Console.print(ReportJSON.encode(outcome)) }
        if let path = outcome.path { return try Console.print(path + "\n") }
        Console.tell("lethe: gate closed: \(answer.name)\(outcome.reason.map { ": \($0)" } ?? "")")
    }

    /// Every failure is the gate's error, whatever it would be elsewhere: 3 means an unknown dataset here.
    private func fail(_ error: any Error) -> ExitCode {
        Console.tell("lethe: error: \(error)")
        return ExitCode(4)
    }

    /// Reads a time such as 10m, in seconds.
    static func duration(_ text: String) throws -> Double {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? Substring(text) : text.dropLast()
        guard let value = Double(digits), value >= 0, value.isFinite else {
            throw ValidationError("A time is a number and s, m, h or d, such as 10m.")
        }
        return value * (unit ?? 1)
    }
}
