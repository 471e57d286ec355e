package import ForgetFilter
import Foundation
package import LanguageModels
package import TensorKernels

/// Finetunes the measuring model with and without the filter and tells what it has learnt: Zhao et al., ICML 2024,
/// Table 2, on this model's scale.
///
/// It reads labels, so it evaluates and never judges. A run blocks for minutes and belongs on a thread of its own. Same
/// model, settings and rows give the same bits on any number of threads.
package struct Downstream {
    private let settings: DownstreamSettings
    private let model: LanguageModel
    private let pool: WorkerPool
    private let now: () -> Double

    /// Prepares a comparison.
    ///
    /// - Parameter now: seconds from any origin, for progress and reports.
    package init(
        settings: DownstreamSettings, model: LanguageModel, pool: WorkerPool,
        now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime }
    ) {
        self.settings = settings
        self.model = model
        self.pool = pool
        self.now = now
    }

    /// Finetunes and measures with every method.
    ///
    /// - Parameters:
    ///   - rows: the labelled rows of the dataset.
    ///   - reference: the safe rows.
    ///   - progress: told after each step; what it throws ends the run.
    /// - Throws: `DownstreamError` when there is too little to compare, or what the language model threw.
    package func run(
        rows: [DownstreamRow], reference: [Conversation], progress: ((DownstreamProgress) throws -> Void)? = nil
    ) throws -> DownstreamResult {
        let training = settings.training
        let holdOut = try HoldOut(rows, reference: reference, settings: settings)
        let probes = Probes(holdOut, model: model, settings: settings)
        let custom = try RowSequences(holdOut.training.map(\.conversation), model: model, settings: training)
        let safe = try RowSequences(holdOut.reference, model: model, settings: training)
        let system = model.chatTemplate.render(
            [ChatMessage(role: "system", content: settings.selfCorrectionPrompt)], addGenerationPrompt: false)

        var sequences: [TokenSequence] = []
        func add(_ more: [TokenSequence]) -> Range<Int> {
            sequences += more
            return sequences.count - more.count..<sequences.count
        }
        let all = add(custom.sequences)
        let safeRows = add(safe.sequences)
        let probed = add(probes.sequences)
        let prompted = add(probes.sequences(after: system.tokens))
        let finetuning = try Finetuning(
            sequences, settings: training, model: model, pool: pool, now: now, progress: progress)

        var result = DownstreamResult(
            trainingRows: holdOut.training.count, referenceRows: holdOut.reference.count,
            safeAnswers: holdOut.answers.count, heldOutUnsafeRows: probes.unsafeRows,
            heldOutBenignRows: probes.benignRows, margin: settings.margin, measurements: [:])
        func measure(_ method: DownstreamMethod, trainedRows: Int, _ train: () throws -> Void) throws {
            let start = now()
            try train()
            let losses = try finetuning.losses(method == .selfCorrection ? prompted : probed, method)
            let (advantages, benignLoss) = (probes.advantages(losses), probes.benignLoss(losses))
            guard (advantages + [benignLoss ?? 0]).allSatisfy(\.isFinite) else {
                throw DownstreamError(
                    .notFinite, "the loss of the method \(method.rawValue) is not a number",
                    remedy: "Lower the policy's learning rates; training has diverged")
            }
            result.measurements[method] = .init(
                trainedRows: trainedRows, advantages: advantages, benignLoss: benignLoss, seconds: now() - start)
        }
        func learn(_ method: DownstreamMethod, from aligned: [Float], _ belongs: (DownstreamRow) -> Bool) throws {
            let indices = zip(all, custom.rows).filter { belongs(holdOut.training[$1]) }.map(\.0)
            try measure(method, trainedRows: holdOut.training.count(where: belongs)) {
                try finetuning.learn(indices, from: aligned, method)
            }
        }

        var aligned: [Float] = []
        try measure(.aligned, trainedRows: 0) { aligned = try finetuning.align(safeRows) }
        try learn(.noFilter, from: aligned) { _ in true }
        let everyRow = holdOut.training.count
        try measure(.selfCorrection, trainedRows: everyRow) {}
        try measure(.sequential, trainedRows: everyRow + holdOut.reference.count) {
            try finetuning.relearn(safeRows, .sequential)
        }
        try measure(.replay, trainedRows: everyRow + holdOut.reference.count) {
            try finetuning.learn(Array(all) + Array(safeRows), from: aligned, .replay)
        }
        try learn(.filtered, from: aligned) { $0.isAccepted }
        try learn(.oracle, from: aligned) { $0.label != .unsafe }
        return result
    }
}
