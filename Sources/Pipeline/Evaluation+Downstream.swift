import Datasets
import Diagnostics
package import Downstream
import ForgetFilter
import Foundation
import LanguageModels
import Moderation
import Policies
package import Reports
import TensorKernels

extension Evaluation {
    /// Finetunes the measuring model with and without what a judgement removed, and measures what it learns.
    ///
    /// This blocks for many minutes and belongs on a thread of its own.
    ///
    /// - Parameters:
    ///   - request: what the judgement was made of; the finetuning has the lengths, epochs and seed of its policy.
    ///   - modelPath: the model to finetune.
    ///   - labelsPath: as for `compare`.
    ///   - now: seconds from any origin.
    ///   - progress: told after each step; what it throws ends the comparison.
    /// - Throws: `PipelineError` where a set or a label cannot be used, `DownstreamError`, or what the model threw.
    package static func finetune(
        _ judgement: Judgement, _ request: JudgementRequest, modelPath: String, labelsPath: String,
        now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime },
        progress: ((DownstreamProgress) throws -> Void)? = nil
    ) throws -> DownstreamReport {
        let labels = try readLabels(labelsPath)
        let rows = try judgement.dataset.examples.map { example in
            guard let text = labels[example.line]?.label, let label = DownstreamRow.Label(rawValue: text) else {
                throw PipelineError(
                    .labelsUnusable, "line \(example.line) of the dataset has no label that is unsafe, safe or benign",
                    location: .init(path: labelsPath))
            }
            return DownstreamRow(
                conversation: Conversation(example), label: label,
                isAccepted: judgement.disposition(ofLine: example.line) == .accepted)
        }
        let reference = try KnownSets(request).read("reference", request.referencePath ?? request.policy.referencePath)
        let downstream = Downstream(
            settings: DownstreamSettings(training: request.policy.forgetFilter?.settings ?? ForgetFilterSettings()),
            model: try LanguageModel(path: modelPath),
            pool: request.threadCount.map { WorkerPool(threadCount: $0) } ?? WorkerPool(), now: now)
        return DownstreamReport(
            try downstream.run(rows: rows, reference: reference.examples.map(Conversation.init), progress: progress))
    }
}
