import ArgumentParser
import Diagnostics
import Foundation
import Pipeline
import Reports

/// Judges a labelled dataset and tells how well the judgement agrees with the labels.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Judge a labelled dataset and compare the judgement with its labels.",
        discussion: """
            FOLDER holds dataset.jsonl, labels.jsonl (line, label unsafe|safe|benign, source) and reference.jsonl, \
            which takes the place of the policy's reference set. Labels are read only after the judgement is made. \
            Nothing is written, and nothing is recorded in the audit log.

            Exits with 0 whenever the evaluation was completed, whatever the figures are; else as `lethe scan` does.

            EXAMPLES
              lethe evaluate sets/bias-50
              lethe evaluate sets/bias-50 --reference policy --json
            """
    )

    @Argument(help: "The folder of the labelled dataset.", completion: .directory)
    var folder: String

    @OptionGroup var options: JudgementOptions

    @Option(help: "A reference set instead of FOLDER/reference.jsonl; `policy` means the policy's own.")
    var reference: String?

    func run() async throws {
        do {
            let chosen = reference == "policy" ? nil : reference ?? "\(folder)/reference.jsonl"
            let labels = "\(folder)/labels.jsonl"
            guard FileManager.default.fileExists(atPath: labels) else {
                throw PipelineError(
                    .labelsUnusable, "there is no such file",
                    remedy: "Put one label a row there: line, label and source", location: .init(path: labels))
            }
            let request = try options.request(dataset: "\(folder)/dataset.jsonl", reference: chosen)
            let judgement = try await JudgementOptions.judge(request, Interruption())
            var report = try Evaluation.compare(judgement, labelsPath: labels)
            report.dataset = (folder as NSString).lastPathComponent
            try Console.print(options.json ? try ReportJSON.encode(report) : Array(report.text.utf8))
        } catch {
            throw Console.fail(error)
        }
    }
}
