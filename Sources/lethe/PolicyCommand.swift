import ArgumentParser
import Diagnostics
import Foundation
import Policies
import Reports

/// Checks policies.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Write policies, check them, and try one on a dataset.",
        subcommands: [Check.self, Test.self, Schema.self, Init.self])

    /// Reads policies as a scan would and tells every fault.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read policies and tell every fault with its line and column.",
            discussion: """
                The rule files that a policy includes are read too, and every pattern is tried on the texts that its file \
                says it matches or does not match.

                EXAMPLES
                  lethe policy check policies/*.yaml
                  lethe policy check --rules policies/rules/*.yaml

                EXIT CODES
                  0  every file is a policy, and every pattern does what its file says
                  2  usage
                  3  a file cannot be used
                """
        )

        @Argument(help: "Policy files.", completion: .file(extensions: ["yaml", "yml"]))
        var files: [String]

        @Flag(help: "The files are rule files.")
        var rules = false

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
            var patterns: Int?
            var expiredAllowances: Int?
            var errors: [Fault] = []
        }

        func run() throws {
            var outcomes: [Outcome] = []
            var tried: Set<String> = []
            for file in files {
                do {
                    let outcome = try rules ? ruleFile(file) : policy(file, &tried)
                    outcomes.append(outcome)
                    if !json { try Console.print(text(outcome)) }
                } catch let error as PolicyErrors {
                    outcomes.append(Outcome(path: file, errors: error.errors.map(fault)))
                    if !json { Console.tell(error.description) }
                }
            }
            if json { try Console.print(try ReportJSON.encode(outcomes)) }
            if outcomes.contains(where: { !$0.errors.isEmpty }) { throw ExitCode(ExitStatus.input.rawValue) }
        }

        private func policy(_ path: String, _ tried: inout Set<String>) throws -> Outcome {
            let policy = try PolicyLoader.load(path)
            for file in policy.ruleFiles where tried.insert(file.path).inserted { try file.check() }
            let expired = policy.expiredAllowances(at: Date())
            return Outcome(
                path: path, name: policy.name, version: policy.version, sha256: policy.sha256,
                rules: policy.ruleCount, patterns: policy.patternRules.map(\.patterns.count).reduce(0, +),
                expiredAllowances: expired == 0 ? nil : expired)
        }

        private func ruleFile(_ path: String) throws -> Outcome {
            let file = try RuleFile.load(path)
            try file.check()
            return Outcome(
                path: path, name: file.name, version: file.version, sha256: file.sha256, patterns: file.patterns.count)
        }

        private func text(_ outcome: Outcome) -> String {
            let counts = [
                outcome.rules.map { "\($0) rules" }, outcome.patterns.map { "\($0) patterns" },
                outcome.expiredAllowances.map { "\($0) allowances expired" },
            ]
            return "\(outcome.path): ok: \(outcome.name ?? "") \(outcome.version ?? ""), "
                + counts.compactMap(\.self).joined(separator: ", ")
                + ", sha256 \(outcome.sha256?.prefix(12) ?? "")\n"
        }

        private func fault(_ error: PolicyError) -> Outcome.Fault {
            Outcome.Fault(
                code: error.code.rawValue, message: error.message, remedy: error.remedy, line: error.location?.line,
                column: error.location?.column)
        }
    }
}
