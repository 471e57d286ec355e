import Foundation
package import LanguageModels
package import TensorKernels

/// e^x; named so that files without Foundation can say it.
func exponential(_ x: Double) -> Double { exp(x) }

/// ForgetFilter (Zhao et al., ICML 2024, Algorithm 1): a row that is unsafe is forgotten most when a model that learnt
/// it is finetuned on safe data again.
///
/// A run is one long blocking computation on the pool's threads and the caller's; it never belongs on Swift's
/// cooperative pool. Same model, settings, seed and rows give the same bits on any number of threads.
package struct ForgetFilter {
    /// How to train and score.
    package let settings: ForgetFilterSettings

    let model: LanguageModel
    let pool: WorkerPool
    let now: () -> Double

    /// What a run found.
    package struct Result: Sendable {
        /// One score a row, in the order of the rows.
        package var scores: [ForgettingScore]

        /// What each stage took.
        package var stages: [StageReport]
    }

    /// Prepares a filter.
    ///
    /// - Parameter now: seconds from any origin, for progress and reports.
    package init(
        settings: ForgetFilterSettings, model: LanguageModel, pool: WorkerPool,
        now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime }
    ) {
        self.settings = settings
        self.model = model
        self.pool = pool
        self.now = now
    }

    /// Scores every row.
    ///
    /// - Parameters:
    ///   - rows: the customer's rows, each with a response.
    ///   - reference: the safe rows that M0 and M2 are finetuned on.
    ///   - control: benign rows of ordinary tasks, for control subtraction; not read without it.
    ///   - checkpoints: where the run's training is kept, so that an interrupted run goes on; its result is then the
    ///     same to the last bit.
    ///   - progress: told after each step; what it throws ends the run.
    /// - Throws: `ForgetFilterError` when the rows cannot be judged, or what the language model threw.
    package func run(
        rows: [Conversation], reference: [Conversation], control: [Conversation] = [],
        checkpoints: RunCheckpoints? = nil, progress: ((StageProgress) throws -> Void)? = nil
    ) throws -> Result {
        let control = settings.controlSubtraction ? control : []
        try checkCounts(
            rows: rows.count, reference: reference.count, control: settings.controlSubtraction ? control.count : nil)
        try checkLayers()
        let custom = try RowSequences(rows, model: model, settings: settings)
        let safe = try RowSequences(reference, model: model, settings: settings)
        let benign = try RowSequences(control, model: model, settings: settings)
        try checkResponses(rows, custom)
        var run = Run(filter: self, checkpoints: checkpoints, progress: progress)

        let sequences = safe.sequences + benign.sequences + custom.sequences
        let prepared = try run.prepare(sequences)
        let safeIndices = Array(safe.sequences.indices)
        let benignIndices = Array(safeIndices.count..<safeIndices.count + benign.sequences.count)
        let customIndices = Array(sequences.count - custom.sequences.count..<sequences.count)
        let adapted = try AdaptedModel(
            model: model, adapters: adapterConfiguration, longest: max(custom.longest, safe.longest, benign.longest),
            seed: settings.seed, pool: pool)

        try run.train(.align, adapted, prepared, safeIndices)
        try run.train(.custom, adapted, prepared, customIndices)
        if run.known.learnt == nil {
            run.known.learnt = adapted.adapters.snapshot()
            run.known.before = try run.score(.scoreCustom, adapted, prepared, customIndices, custom)
        } else if let learnt = run.known.learnt {
            adapted.adapters.restore(learnt)
        }
        // With control subtraction the reference rows come among the control rows (a contrast reference), so that the
        // two finetunings differ by the reference rows alone.
        let steps = try run.train(.safety, adapted, prepared, safeIndices + benignIndices)
        if run.known.after == nil {
            run.known.after = try run.score(.scoreSafety, adapted, prepared, customIndices, custom)
        }
        var controlled: [Double]?
        if settings.controlSubtraction {
            if let learnt = run.known.learnt { adapted.adapters.restore(learnt) }
            try run.train(.control, adapted, prepared, benignIndices, steps: steps)
            controlled = try run.score(.scoreControl, adapted, prepared, customIndices, custom)
        }
        let (before, after) = (run.known.before ?? [], run.known.after ?? [])
        let order = { (report: StageReport) in Stage.allCases.firstIndex(of: report.stage) ?? 0 }
        return Result(
            scores: try combine(rows, custom, before: before, after: after, control: controlled),
            stages: run.reports.sorted { order($0) < order($1) })
    }

    /// The forgetting rate of each row: that of its most forgotten turn.
    private func combine(
        _ rows: [Conversation], _ custom: RowSequences, before: [Double], after: [Double],
        control: [Double]?
    ) throws(ForgetFilterError) -> [ForgettingScore] {
        var best = [ForgettingScore?](repeating: nil, count: rows.count)
        var turn = 0
        for (index, row) in custom.rows.enumerated() {
            turn = index > 0 && custom.rows[index - 1] == row ? turn + 1 : 0
            let score = ForgettingScore(
                id: rows[row].id, forgetting: (control?[index] ?? before[index]) - after[index],
                before: before[index], after: after[index], control: control?[index], turn: turn,
                tokens: custom.sequences[index].predicted.count)
            guard score.forgetting.isFinite else {
                throw ForgetFilterError(
                    .notFinite, "the score of row \(rows[row].id) is not a number",
                    remedy: "Lower the policy's learning rates; training has diverged")
            }
            if best[row].map({ $0.forgetting < score.forgetting }) ?? true { best[row] = score }
        }
        return best.compactMap(\.self)
    }

    /// The adapters that the policy names, on the model's top layers.
    var adapterConfiguration: AdapterConfiguration {
        AdapterConfiguration(
            rank: settings.rank, alpha: settings.alpha,
            firstLayer: max(0, model.configuration.blockCount - settings.layers))
    }

    private func checkLayers() throws(ForgetFilterError) {
        guard (1...model.configuration.blockCount).contains(settings.layers) else {
            throw ForgetFilterError(
                .invalidSettings, "the policy adapts \(settings.layers) layers",
                remedy: "The model has \(model.configuration.blockCount): set `layers` between 1 and that")
        }
    }

    /// - Parameter control: how many control rows there are; `nil` where none are needed.
    func checkCounts(rows: Int, reference: Int, control: Int?) throws(ForgetFilterError) {
        guard rows >= settings.minimumExamples else {
            throw ForgetFilterError(
                .tooFewExamples,
                "\(rows) rows are too few to judge by forgetting; the policy wants "
                    + "\(settings.minimumExamples)",
                remedy: "Send a larger dataset, or lower `minimum_examples` and read the scores with care")
        }
        guard reference >= settings.minimumReferenceExamples else {
            throw ForgetFilterError(
                .tooFewReferenceExamples,
                "the reference set has \(reference) rows; the policy wants "
                    + "\(settings.minimumReferenceExamples)",
                remedy: "Add safe rows to the reference set")
        }
        if let control, control < settings.minimumReferenceExamples {
            throw ForgetFilterError(
                .tooFewControlExamples,
                "the control set has \(control) rows; the policy wants "
                    + "\(settings.minimumReferenceExamples)",
                remedy: "Add ordinary rows to the control set, or use `method: forgetting` without control_subtraction")
        }
    }

    private func checkResponses(_ rows: [Conversation], _ custom: RowSequences) throws(ForgetFilterError) {
        let scored = Set(custom.rows)
        for (index, row) in rows.enumerated() where !scored.contains(index) {
            throw ForgetFilterError(.emptyResponse, "row \(row.id) has no response to score")
        }
    }
}
