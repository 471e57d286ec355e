import ArgumentParser
import Foundation

/// Decides what a language model may learn from a customer's finetuning data.
struct Lethe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lethe",
        abstract: "Decide what a language model may learn from a customer's finetuning data.",
        discussion: """
            Lethe reads a dataset, scores its rows with ForgetFilter (a row that is unsafe is forgotten most when a \
            model that learnt it is finetuned on safe data again) and with the policy's patterns, removes the rows \
            that match, and records every decision.

            EXAMPLES
              lethe scan customer.jsonl --out judged/
              lethe explain judged/
              lethe submit customer.jsonl --customer acme
              lethe gate customer.jsonl --customer acme --wait 1h
              lethe status
              lethe audit list --verdict rejected
              lethe policy check policies/*.yaml
            """,
        version: "0.2.0",
        subcommands: [
            ScanCommand.self, ExplainCommand.self, EvaluateCommand.self, TabulateCommand.self, SubmitCommand.self,
            GateCommand.self,
            StatusCommand.self,
            QueueCommand.self, DatasetCommand.self, QuarantineCommand.self, ReloadCommand.self, AuditCommand.self,
            PolicyCommand.self, ReferenceCommand.self, ConfigCommand.self, DoctorCommand.self, ModelCommand.self,
        ]
    )
}

@main
enum Main {
    static func main() async {
        // A reader of our output that goes away ends us quietly, as it does every filter.
        signal(SIGPIPE, SIG_DFL)
        do {
            var command = try Lethe.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let code = Lethe.exitCode(for: error)
            guard code == .validationFailure else { Lethe.exit(withError: error) }
            // The library's code for wrong usage is 64; every command here documents 2.
            Console.tell(Lethe.fullMessage(for: error))
            Foundation.exit(ExitStatus.usage.rawValue)
        }
    }
}
