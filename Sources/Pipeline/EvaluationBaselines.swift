import Baselines
package import Datasets
import Diagnostics
import ForgetFilter
import Foundation
import LanguageModels
import Moderation
import Policies
import TensorKernels

/// Scores a dataset's rows with simpler methods, from the rows, the reference set, the control set and the model alone.
package struct EvaluationBaselines: Sendable {
    private let reference: [Example]
    private let control: [Example]
    private let modelPath: String
    private let request: JudgementRequest
    private let now: @Sendable () -> Double

    /// Reads the sets.
    ///
    /// - Parameters:
    ///   - request: the judgement that the methods are compared with; they use the same sets and the same lengths.
    ///   - modelPath: the model whose loss is one of them.
    ///   - now: seconds from any origin.
    /// - Throws: `PipelineError` or `DatasetError` where a set is missing or cannot be used.
    package init(
        _ request: JudgementRequest, modelPath: String,
        now: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
    ) throws {
        self.request = request
        self.modelPath = modelPath
        self.now = now
        reference = try EvaluationBaselines.read(
            "reference", request.referencePath ?? request.policy.referencePath)
        control = try EvaluationBaselines.read("control", request.policy.controlPath)
    }

    private static func read(_ name: String, _ path: String?) throws -> [Example] {
        guard let path else {
            throw PipelineError(
                .referenceUnusable, "baselines need a \(name) set, and there is none",
                remedy: "Name one in the policy, or leave --baselines out")
        }
        let set = try DatasetReader().read(path)
        if let finding = set.findings.first {
            throw PipelineError(
                .referenceUnusable, "line \(finding.line ?? 1) of the \(name) set is no row: \(finding.detail)",
                remedy: "Mend or remove that line", location: .init(path: path, line: finding.line))
        }
        return set.examples
    }

    /// Scores the rows with every method.
    ///
    /// This blocks for up to minutes and belongs on a thread of its own.
    ///
    /// - Parameter progress: told each method before it begins, and its tokens done and in all where it reads tokens; what
    ///   it throws ends the computation.
    /// - Throws: what the model or `progress` threw.
    package func run(
        _ dataset: Dataset, progress: (_ method: String, _ done: Int, _ total: Int) throws -> Void = { _, _, _ in }
    ) throws -> [MethodScores] {
        let rows = dataset.examples
        func measure(_ name: String, _ method: () throws -> [Double]) throws -> MethodScores {
            try progress(name, 0, 0)
            let start = now()
            let scores = zip(rows.map(\.line), try method())
            return MethodScores(
                name: name, scores: Dictionary(uniqueKeysWithValues: scores.map { ($0, $1) }), seconds: now() - start)
        }
        return [
            try measure("bag-of-words") { BagOfWords.scores(rows, reference: reference, control: control) },
            try measure("bag-of-words-contrast") {
                BagOfWords.contrastScores(rows, reference: reference, control: control)
            },
            try measure("tf-idf-similarity") {
                TermSimilarity.scores(rows, reference: reference, control: control)
            },
            try measure("base-model-loss") {
                let settings = request.policy.forgetFilter?.settings ?? ForgetFilterSettings()
                let loss = BaseModelLoss(
                    model: try LanguageModel(path: modelPath),
                    pool: request.threadCount.map { WorkerPool(threadCount: $0) } ?? WorkerPool(),
                    responseTokens: settings.responseTokens, maximumTokens: settings.maximumTokens)
                return try loss.scores(rows) { try progress("base-model-loss", $0, $1) }
            },
        ]
    }
}
