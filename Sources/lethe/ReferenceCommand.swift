import ArgumentParser
import ForgetFilter
import Foundation
import Pipeline
import Reports

/// Looks at reference sets.
struct ReferenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Check reference sets.", subcommands: [Check.self])

    /// Tells how well a reference set covers a dataset.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell how well a reference set covers a dataset, and which risky rows it is far from.",
            discussion: """
                A reference set covers a dataset when enough of the dataset's risky rows look like the set's own. Where \
                it does not, an answer that departs from the set is no evidence, and rows of another kind of harm may \
                pass. Risky rows whose request is near no reference request are listed by their lines, the farthest \
                first: read them, and write reference rows of their kind. Nothing is recorded.

                EXAMPLES
                  lethe reference check customer.jsonl
                  lethe reference check customer.jsonl --reference mine.jsonl --json | jq '.distant_rows[].line'

                EXIT CODES
                  0    covered, or too few risky rows to tell
                  1    not covered
                  2    usage
                  3    the dataset, policy, reference set or model cannot be used
                  4    internal failure
                  130  interrupted
                """
        )

        @Argument(help: "The dataset.", completion: .file())
        var dataset: String

        @OptionGroup var options: JudgementOptions

        @Option(help: "The reference set to check, instead of the policy's own.", completion: .file())
        var reference: String?

        func run() async throws {
            let report: CoverageReport
            do {
                let request = try options.request(dataset: dataset, reference: reference)
                let interruption = Interruption()
                let display = ProgressDisplay()
                defer { display.finish() }
                report = try await DedicatedThread.run(name: "lethe-coverage") {
                    let check = ReferenceCheck(
                        request,
                        progress: { progress in
                            try interruption.check()
                            display.show(progress)
                        })
                    return try check.run()
                }
            } catch {
                throw Console.fail(error)
            }
            try Console.print(options.json ? try ReportJSON.encode(report) : Array(report.text().utf8))
            if !report.evidence.isCovered { throw ExitCode(1) }
        }
    }
}
