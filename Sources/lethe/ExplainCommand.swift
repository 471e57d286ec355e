import ArgumentParser
import ControlClient
import ControlModels
import Datasets
import Foundation
import Moderation
import Pipeline
import Policies
import Reports

/// Tells why rows were found.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show what speaks against rows of a judged dataset.",
        discussion: """
            SOURCE is the folder of `lethe scan --out`, its report.json, or the id of a dataset that the daemon has \
            judged. Without lines, the rows with the most evidence are shown.

            What rows say is the customer's text: it is shown only with --text, control characters escaped. It is read \
            from the files beside the report or from the file of --dataset; for an id, quarantined rows come from the \
            daemon. The nearest reference rows are read from the set of --reference or of the policy, if that is the \
            set that was used.

            EXAMPLES
              lethe explain judged/
              lethe explain judged/report.json 17 23 --text --dataset customer.jsonl
              lethe explain 01J9Z3K7M2Q4R8T0V5W6X7Y8Z9 --top 3 --json | jq '.rows[].line'

            EXIT CODES
              0  done
              1  there is no such row, no row with evidence, or no such dataset
              2  usage
              3  the report, the dataset, the policy or the reference set cannot be used
              4  the daemon refused, or does not answer
            """
    )

    @Argument(help: "The folder or report.json of `lethe scan --out`, or a dataset's id.", completion: .file())
    var source: String

    @Argument(help: "The rows' lines.")
    var lines: [Int] = []

    @Option(help: "So many rows, those with the most evidence, where no lines are named.")
    var top = 10

    @Flag(help: "Show what the rows and their nearest reference rows say.")
    var text = false

    @Option(help: "The customer's file, to read the rows' text from.", completion: .file())
    var dataset: String?

    @Option(help: "The reference set, where it is not the policy's.", completion: .file())
    var reference: String?

    @Option(help: "The policy; else LETHE_POLICY, ./policies/default.yaml, /etc/lethe/policies/default.yaml.")
    var policy: String?

    @OptionGroup var service: ServiceOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if top < 1 { throw ValidationError("--top takes a number from 1.") }
        if lines.contains(where: { $0 < 1 }) { throw ValidationError("Lines are counted from 1.") }
    }

    func run() throws {
        let explanation: Explanation
        do {
            let output = try read()
            var found = Explanation(output.report, lines: lines, top: top)
            if text {
                try addTexts(to: &found, output)
                try addReferenceTexts(to: &found, output)
            }
            explanation = found
        } catch {
            throw Console.fail(error)
        }
        try Console.print(json ? try ReportJSON.encode(explanation) : Array(ExplanationText(explanation).text.utf8))
        let missing = Set(lines).subtracting(explanation.rows.map(\.line)).sorted()
        if !missing.isEmpty {
            Console.tell("lethe: the report has no row at line \(missing.map(String.init).joined(separator: ", "))")
        }
        if explanation.rows.isEmpty || !missing.isEmpty { throw ExitCode(1) }
    }

    /// The dataset's id, where the source is no file.
    private var id: DatasetID? {
        FileManager.default.fileExists(atPath: source) ? nil : DatasetID(source)
    }

    private func read() throws -> ScanOutput {
        guard let id else { return try ScanOutput(source) }
        return try ScanOutput(try service.client().bytes("/v1/datasets/\(id)/report"), from: source)
    }

    private func addTexts(to explanation: inout Explanation, _ output: ScanOutput) throws {
        var turns = try output.turns(ofLines: Set(explanation.rows.map(\.line)), datasetPath: dataset)
        if let id, dataset == nil {
            let client = try service.client()
            for row in explanation.rows where row.disposition == .quarantined {
                let detail = try client.get("/v1/quarantine/\(id)/\(row.line)", as: CaseDetail.self)
                let layout = output.report.dataset.rowLayout
                turns[row.line] = detail.row.flatMap {
                    Example(row: Array($0.utf8), line: row.line, layout: layout)?.turns
                }
            }
        }
        explanation.addTexts(turns)
    }

    /// Another set than the one that was used explains nothing: an error where it was named, else told.
    private func addReferenceTexts(to explanation: inout Explanation, _ output: ScanOutput) throws {
        let wanted = Set(explanation.rows.flatMap(\.nearestReference).map(\.line))
        guard !wanted.isEmpty else { return }
        do {
            let path = try reference ?? policyReference()
            explanation.addReferenceTexts(try path.map { try output.referenceTurns(ofLines: wanted, path: $0) } ?? [:])
        } catch  where reference == nil && policy == nil {
            Console.tell("lethe: warning: the reference rows are not shown: \(error)")
        }
    }

    private func policyReference() throws -> String? {
        let path = try PolicyLocation.resolve(option: policy, environment: ProcessInfo.processInfo.environment) {
            FileManager.default.fileExists(atPath: $0)
        }
        return try PolicyLoader.load(path).referencePath
    }
}
