import ArgumentParser
import Diagnostics
import Foundation
import Pipeline
import Policies
import Reports

/// Judges a labelled dataset and tells how well the judgement agrees with the labels.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Judge a labelled dataset and compare the judgement with its labels.",
        discussion: """
            FOLDER holds dataset.jsonl, labels.jsonl (line, label unsafe|safe|benign, source) and reference.jsonl, \
            which takes the place of the policy's reference set. Labels are read only after the judgement is made. \
            Nothing is recorded in the audit log.

            With --baselines, the same rows are scored by simpler methods too, which see what the policy sees: words of \
            reference rows against words of control rows, similarity to reference rows, and the model's own loss.

            With --downstream, the model itself is finetuned on all rows, on the accepted ones, on the rows that are truly \
            not unsafe and in the other ways of the paper that ForgetFilter is from; rows that were held out tell how far \
            each has come to prefer unsafe answers, and how well it does the benign task. It takes many minutes.

            Exits with 0 whenever the evaluation was completed, whatever the figures are; else as `lethe scan` does.

            EXAMPLES
              lethe evaluate sets/bias-50
              lethe evaluate sets/bias-50 --reference policy --json
              lethe evaluate sets/bias-50 --baselines --scores mine=scores.jsonl
              lethe evaluate sets/bias-50 --downstream
            """
    )

    @Argument(help: "The folder of the labelled dataset.", completion: .directory)
    var folder: String

    @OptionGroup var options: JudgementOptions

    @Option(
        help: """
            The reference rows: `set` means FOLDER/reference.jsonl, `policy` the policy's own, anything else is a file.
            """)
    var reference = "set"

    @Flag(help: "Score the rows with simpler methods as well.")
    var baselines = false

    @Flag(help: "Finetune the model with and without what was removed, and measure what it learns.")
    var downstream = false

    @Option(
        help: ArgumentHelp(
            "Compare scores of another program as well: JSONL with line and score. May be given several times.",
            valueName: "name=file"))
    var scores: [NamedFile] = []

    @Option(
        help: "Keep the result in this folder, or take it from there if nothing that decides it has changed.",
        completion: .directory)
    var results: String?

    /// A file of scores and what made them.
    struct NamedFile: ExpressibleByArgument {
        var name: String
        var path: String

        init?(argument: String) {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return nil }
            (name, path) = (parts[0], parts[1])
        }
    }

    func run() async throws {
        do {
            let request = try request()
            let kept = try kept(request)
            let report: EvaluationReport
            if let kept, let result = kept.load() {
                Console.tell("lethe: nothing has changed since \(kept.path)")
                report = result
            } else {
                report = try await evaluate(request)
                try kept?.save(report)
            }
            try Console.print(options.json ? try ReportJSON.encode(report) : Array(report.text.utf8))
        } catch {
            throw Console.fail(error)
        }
    }

    private func request() throws -> JudgementRequest {
        guard FileManager.default.fileExists(atPath: labels) else {
            throw PipelineError(
                .labelsUnusable, "there is no such file",
                remedy: "Put one label a row there: line, label and source", location: .init(path: labels))
        }
        let chosen: String? =
            switch reference {
            case "set": "\(folder)/reference.jsonl"
            case "policy": nil
            default: reference
            }
        var request = try options.request(dataset: "\(folder)/dataset.jsonl", reference: chosen)
        request.keepsDatasetFeatures = true
        request.keepsTexts = true
        return request
    }

    private var labels: String { "\(folder)/labels.jsonl" }

    private var referenceName: String { (reference as NSString).lastPathComponent }

    private func baselineModel() throws -> String? { baselines ? try measuringModel() : nil }

    private func measuringModel() throws -> String {
        try ModelLocation.resolve(option: options.model, environment: ProcessInfo.processInfo.environment)
    }

    private func kept(_ request: JudgementRequest) throws -> KeptEvaluation? {
        guard let results else { return nil }
        let basis = KeptEvaluation.Basis(
            folder: folder, program: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            reference: referenceName, baselineModel: try baselineModel(),
            scores: scores.map { ($0.name, $0.path) }, downstreamModel: downstream ? try measuringModel() : nil)
        return try KeptEvaluation(request, basis, in: results)
    }

    private func evaluate(_ request: JudgementRequest) async throws -> EvaluationReport {
        // What cannot be used is told before minutes of work, not after.
        var others = try scores.map { try MethodScores.read(name: $0.name, from: $0.path) }
        let simpler = try baselineModel().map { try EvaluationBaselines(request, modelPath: $0) }
        let interruption = Interruption()
        let judgement = try await JudgementOptions.judge(request, interruption)
        if let simpler {
            others =
                try await DedicatedThread.run(name: "lethe-baselines") {
                    try simpler.run(judgement.dataset) { method, done, _ in
                        try interruption.check()
                        if done == 0 { Console.tell("lethe: baseline \(method)") }
                    }
                } + others
        }
        var report = try Evaluation.compare(judgement, labelsPath: labels, reference: referenceName, others: others)
        if downstream {
            report.downstream = try await finetune(judgement, request, modelPath: measuringModel(), interruption)
        }
        report.subject.dataset = URL(fileURLWithPath: folder).lastPathComponent
        return report
    }

    private func finetune(
        _ judgement: Judgement, _ request: JudgementRequest, modelPath: String, _ interruption: Interruption
    ) async throws -> DownstreamReport {
        let labels = labels
        let display = ProgressDisplay()
        defer { display.finish() }
        return try await DedicatedThread.run(name: "lethe-downstream") {
            try Evaluation.finetune(
                judgement, request, modelPath: modelPath, labelsPath: labels,
                progress: { progress in
                    try interruption.check()
                    display.show(progress)
                })
        }
    }
}
