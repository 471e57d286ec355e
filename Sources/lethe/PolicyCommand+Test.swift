import ArgumentParser
import Foundation
import Moderation
import Pipeline
import Policies
import Reports
import Vault

extension PolicyCommand {
    /// Judges a dataset under another policy, and tells what would change.
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Judge a dataset under a policy and show what would change; nothing is recorded.",
            discussion: """
                The dataset is a file, compared with the policy of --against, or the id of a dataset that the daemon has \
                judged, compared with its report. For an id, run it as the daemon's user: the original is read.

                EXAMPLES
                  lethe policy test strict.yaml --dataset 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9
                  lethe policy test new.yaml --dataset upload.jsonl --against policies/default.yaml --json

                EXIT CODES
                  0  nothing would change
                  1  something would
                  2  usage
                  3  a policy, the dataset or the model cannot be used
                """
        )

        @Argument(help: "The policy to try.", completion: .file(extensions: ["yaml", "yml"]))
        var policy: String

        @Option(help: "The dataset: a file, or a dataset's id.", completion: .file())
        var dataset: String

        @Option(help: "The policy to compare with, for a file.", completion: .file(extensions: ["yaml", "yml"]))
        var against: String?

        @Option(help: "The GGUF model; else the default model in LETHE_MODELS or ~/.cache/lethe/models.")
        var model: String?

        @OptionGroup var service: ServiceOptions

        @Flag(help: "Print one JSON document.")
        var json = false

        private struct Difference: Encodable {
            struct Row: Encodable {
                var line: Int
                var before: Disposition?
                var after: Disposition
                var rules: [String]
            }

            var before: Verdict?
            var after: Verdict
            var quarantinedBefore: Int?
            var quarantinedAfter: Int
            var flaggedAfter: Int
            var rows: [Row]
        }

        func run() async throws {
            let difference: Difference
            do {
                difference = try await compare()
            } catch {
                throw Console.fail(error)
            }
            try Console.print(json ? ReportJSON.encode(difference) : Array(text(difference).utf8))
            let changes = difference.before.map { $0 != difference.after } ?? false
            if changes || !difference.rows.isEmpty { throw ExitCode(1) }
        }

        private func compare() async throws -> Difference {
            var path = dataset
            var earlier: ScanReport?
            if let id = DatasetID(dataset) {
                let vault = Vault(try service.layout())
                path = try vault.requireOriginal(id)
                earlier = try vault.report(id)
            } else if let against {
                earlier = try await judge(path, against)
            }
            let now = try await judge(path, policy)
            let known = Dictionary(uniqueKeysWithValues: earlier?.rows.map { ($0.line, $0) } ?? [])
            let rows = now.rows.compactMap { row -> Difference.Row? in
                let before = known[row.line]?.disposition ?? (earlier == nil ? .accepted : nil)
                guard before != row.disposition else { return nil }
                let rules = (row.findings + (known[row.line]?.findings ?? [])).map(\.rule)
                return Difference.Row(
                    line: row.line, before: before, after: row.disposition, rules: Array(Set(rules)).sorted())
            }
            return Difference(
                before: earlier?.verdict, after: now.verdict, quarantinedBefore: earlier?.counts.quarantined,
                quarantinedAfter: now.counts.quarantined, flaggedAfter: now.counts.flagged, rows: rows)
        }

        private func judge(_ path: String, _ policyPath: String) async throws -> ScanReport {
            let policy = try PolicyLoader.load(policyPath)
            let environment = ProcessInfo.processInfo.environment
            var request = JudgementRequest(
                datasetPath: path, policy: policy,
                modelPath: policy.forgetFilter == nil
                    ? ""
                    : try ModelLocation.resolve(option: model, environment: environment))
            request.featureFolder = FeatureFolder.path(environment: environment)
            return try await JudgementOptions.judge(request, Interruption()).report
        }

        private func text(_ difference: Difference) -> String {
            var lines = [
                "verdict      \(difference.before.map { "\($0.rawValue) -> " } ?? "")\(difference.after.rawValue)",
                "quarantined  \(difference.quarantinedBefore.map { "\($0) -> " } ?? "")\(difference.quarantinedAfter)",
            ]
            guard !difference.rows.isEmpty else {
                return (lines + ["no row would change"]).joined(separator: "\n") + "\n"
            }
            var table = TextTable(["line", "before", "after", "rules"], rightAligned: [0])
            for row in difference.rows {
                table.add([
                    String(row.line), row.before?.rawValue ?? "", row.after.rawValue,
                    row.rules.joined(separator: ", "),
                ])
            }
            lines.append("\(difference.rows.count) rows would change:")
            return lines.joined(separator: "\n") + "\n" + table.text
        }
    }
}
