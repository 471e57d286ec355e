import ForgetFilter
import LanguageModels
import TensorKernels

/// One model with adapters, and the frozen layers' output for every sequence of the comparison.
struct Finetuning {
    private let settings: ForgetFilterSettings
    private let prepared: PreparedSequences
    private let adapted: AdaptedModel
    private let now: () -> Double
    private let progress: ((DownstreamProgress) throws -> Void)?

    /// Computes the frozen layers once for all sequences.
    init(
        _ sequences: [TokenSequence], settings: ForgetFilterSettings, model: LanguageModel, pool: WorkerPool,
        now: @escaping () -> Double, progress: ((DownstreamProgress) throws -> Void)?
    ) throws {
        guard (1...model.configuration.blockCount).contains(settings.layers) else {
            throw DownstreamError(
                .invalidSettings, "the policy adapts \(settings.layers) layers",
                remedy: "The model has \(model.configuration.blockCount): set `layers` between 1 and that")
        }
        self.settings = settings
        self.now = now
        self.progress = progress
        let firstLayer = model.configuration.blockCount - settings.layers
        let start = now()
        prepared = try model.prepare(sequences, layersBelow: firstLayer, pool: pool) { done, total in
            // The trunk counts tokens; a person wants rows.
            try progress?(
                DownstreamProgress(
                    step: "trunk", done: sequences.count * done / max(1, total), total: sequences.count,
                    seconds: now() - start))
        }
        adapted = try AdaptedModel(
            model: model,
            adapters: AdapterConfiguration(rank: settings.rank, alpha: settings.alpha, firstLayer: firstLayer),
            longest: sequences.map(\.tokens.count).max() ?? 1, seed: settings.seed, pool: pool)
    }

    /// Finetunes fresh adapters on safe rows, as the policy's stage `align` does, and returns them: M0.
    func align(_ indices: Range<Int>) throws -> [Float] {
        try train(
            Array(indices), step: "train aligned", epochs: settings.alignEpochs, rate: settings.alignLearningRate,
            stream: 21)
        return adapted.adapters.snapshot()
    }

    /// Finetunes M0 as a customer would: as the policy's stage `custom` does.
    func learn(_ indices: [Int], from aligned: [Float], _ method: DownstreamMethod) throws {
        adapted.adapters.restore(aligned)
        try train(
            indices, step: "train \(method.rawValue)", epochs: settings.customEpochs,
            rate: settings.customLearningRate, stream: 22)
    }

    /// Finetunes what the model has become on safe rows, as the policy's stage `safety` does.
    func relearn(_ indices: Range<Int>, _ method: DownstreamMethod) throws {
        try train(
            Array(indices), step: "train \(method.rawValue)", epochs: settings.safetyEpochs,
            rate: settings.safetyLearningRate, stream: 23)
    }

    /// Losses of each sequence's predicted tokens, in nats.
    func losses(_ indices: Range<Int>, _ method: DownstreamMethod) throws -> [[Float]] {
        let start = now()
        return try adapted.losses(prepared, indices: Array(indices)) { done, total in
            try progress?(
                DownstreamProgress(
                    step: "score \(method.rawValue)", done: done, total: total, seconds: now() - start))
        }
    }

    private func train(_ indices: [Int], step: String, epochs: Int, rate: Double, stream: UInt64) throws {
        // Where a filter leaves nothing to learn, the model stays what it was.
        guard !indices.isEmpty else { return }
        var plan = TrainingPlan(
            sequenceCount: indices.count, epochs: epochs, batchRows: settings.batchRows, seed: settings.seed,
            stream: stream)
        plan.batches = plan.batches.map { $0.map { indices[$0] } }
        let total = plan.batches.reduce(0) { $0 + $1.count }
        let start = now()
        var done = 0
        try adapted.train(
            prepared, plan: plan, optimizer: AdamW(learningRate: rate),
            progress: { report, _ in
                done += plan.batches[report.number - 1].count
                try progress?(
                    DownstreamProgress(
                        step: step, done: done, total: total, seconds: now() - start, loss: report.loss))
            })
    }
}
