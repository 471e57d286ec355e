import ArgumentParser
import Diagnostics
import Foundation
import Policies
import Reports

/// Checks policies.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Check policies, and try one on a dataset.",
        subcommands: [Check.self, Test.self])

    /// Reads policies as a scan would and tells every fault.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read policies and tell every fault with its line and column.",
            discussion: """
                EXAMPLES
                  lethe policy check policies/*.yaml

                EXIT CODES
                  0  every file is a policy
                  2  usage
                  3  a file cannot be used
                """
        )

        @Argument(help: "Policy files.", completion: .file(extensions: ["yaml", "yml"]))
        var files: [String]

        @Flag(help: "Print one JSON document.")
        var json = false

        /// What is told of one file.
        private struct Outcome: Encodable {
            struct Fault: Encodable {
                var code: String
                var message: String
                var remedy: String?
                var line: Int?
                var column: Int?
            }

            var path: String
            var name: String?
            var version: String?
            var sha256: String?
            var rules: Int?
            var errors: [Fault] = []
        }

        func run() throws {
            var outcomes: [Outcome] = []
            for file in files {
                do {
                    let policy = try PolicyLoader.load(file)
                    outcomes.append(
                        Outcome(
                            path: file, name: policy.name, version: policy.version, sha256: policy.sha256,
                            rules: policy.ruleCount))
                    guard !json else { continue }
                    try Console.print(
                        "\(file): ok: \(policy.name) \(policy.version), \(policy.ruleCount) rules, "
                            + "sha256 \(policy.sha256.prefix(12))\n")
                } catch let error as PolicyErrors {
                    outcomes.append(Outcome(path: file, errors: error.errors.map(fault)))
                    if !json { Console.tell(error.description) }
                }
            }
            if json { try Console.print(try ReportJSON.encode(outcomes)) }
            if outcomes.contains(where: { !$0.errors.isEmpty }) { throw ExitCode(ExitStatus.input.rawValue) }
        }

        private func fault(_ error: PolicyError) -> Outcome.Fault {
            Outcome.Fault(
                code: error.code.rawValue, message: error.message, remedy: error.remedy, line: error.location?.line,
                column: error.location?.column)
        }
    }
}
