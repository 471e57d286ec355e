import LanguageModels
import TensorKernels

extension ForgetFilter {
    /// A stage's own report of its progress: rows done, rows in all, latest loss.
    typealias StageReporter = (_ done: Int, _ total: Int, _ loss: Double?) throws -> Void

    /// One run under way: its clock, its caller's progress handler, and what the stages took.
    struct Run {
        let filter: ForgetFilter
        let checkpoints: RunCheckpoints?
        let progress: ((StageProgress) throws -> Void)?
        var reports: [StageReport] = []

        /// What is known from the stages so far; saved with each checkpoint.
        var known = RunCheckpoint.Known()

        /// Where an earlier run was interrupted, until it is caught up with.
        private var resumed: RunCheckpoint?
        private var lastSave: Double

        init(
            filter: ForgetFilter, checkpoints: RunCheckpoints?, progress: ((StageProgress) throws -> Void)?
        ) {
            self.filter = filter
            self.checkpoints = checkpoints
            self.progress = progress
            lastSave = filter.now()
            resumed = checkpoints?.load()
            if let resumed {
                known = resumed.known
                // The frozen layers' output is not kept: that stage is run again.
                reports = known.reports.filter { $0.stage != .trunk }
            }
        }

        /// Whether a stage ended before the interruption that this run goes on from.
        func isDone(_ stage: Stage) -> Bool {
            guard let resumed, let there = Stage.allCases.firstIndex(of: resumed.stage),
                let here = Stage.allCases.firstIndex(of: stage)
            else { return false }
            return here < there
        }

        /// Times a stage; its body returns its result, the tokens it read and its mean loss.
        mutating func measure<T>(
            _ stage: Stage, _ body: (StageReporter) throws -> (T, tokens: Int, loss: Double?)
        ) throws -> T {
            let start = filter.now()
            let (result, tokens, loss) = try body { done, total, loss in
                try progress?(
                    StageProgress(
                        stage: stage, done: done, total: total, seconds: filter.now() - start, loss: loss))
            }
            reports.append(
                StageReport(stage: stage, seconds: filter.now() - start, tokens: tokens, meanLoss: loss))
            return result
        }

        /// Computes the layers below the adapted ones, once for all sequences.
        mutating func prepare(_ sequences: [TokenSequence]) throws -> PreparedSequences {
            let filter = filter
            return try measure(.trunk) { report in
                let all = try filter.model.prepare(
                    sequences, layersBelow: filter.adapterConfiguration.firstLayer, pool: filter.pool
                ) { done, total in
                    // The trunk counts tokens; a person wants rows.
                    try report(sequences.count * done / max(1, total), sequences.count, nil)
                }
                return (all, all.tokenCount, nil)
            }
        }

        /// Finetunes the adapters on the sequences that `indices` names.
        ///
        /// - Parameter steps: exactly so many steps, over as many epochs as they take, instead of the stage's epochs.
        /// - Returns: the steps that were made.
        @discardableResult
        mutating func train(
            _ stage: Stage, _ adapted: AdaptedModel, _ prepared: PreparedSequences, _ indices: [Int], steps: Int? = nil
        ) throws -> Int {
            let settings = filter.settings
            let stepsPerEpoch = max(1, (indices.count + settings.batchRows - 1) / settings.batchRows)
            var (epochs, rate) = settings.training(stage)
            if let steps { epochs = (steps + stepsPerEpoch - 1) / stepsPerEpoch }
            var plan = TrainingPlan(
                sequenceCount: indices.count, epochs: epochs, batchRows: settings.batchRows, seed: settings.seed,
                stream: settings.stream(stage))
            plan.batches = plan.batches.prefix(steps ?? .max).map { $0.map { indices[$0] } }
            let rows = plan.batches.reduce(0) { $0 + $1.count }
            let tokens = plan.batches.joined().reduce(0) { $0 + prepared.sequences[$1].inputCount }
            guard !isDone(stage) else { return plan.batches.count }
            var start: RunCheckpoint?
            if resumed?.stage == stage { swap(&start, &resumed) }
            var known = known
            known.reports = reports
            var lastSave = lastSave
            let (filter, checkpoints) = (filter, checkpoints)
            try measure(stage) { report -> (Void, tokens: Int, loss: Double?) in
                var losses = start?.losses ?? []
                var done = plan.batches.prefix(start?.state.step ?? 0).reduce(0) { $0 + $1.count }
                try adapted.train(
                    prepared, plan: plan, optimizer: AdamW(learningRate: rate), from: start?.state,
                    progress: { step, capture in
                        losses.append(step.loss)
                        done += plan.batches[step.number - 1].count
                        func save() throws {
                            try filter.save(stage, capture(), losses, known, to: checkpoints)
                            lastSave = filter.now()
                        }
                        do {
                            try report(done, rows, step.loss)
                        } catch {
                            // Whoever stops a run wants to go on from here.
                            try? save()
                            throw error
                        }
                        let isLast = step.number == plan.batches.count
                        if let checkpoints, isLast || filter.now() - lastSave >= checkpoints.interval { try save() }
                    })
                let last = losses.suffix(stepsPerEpoch)
                return ((), tokens, last.isEmpty ? nil : last.reduce(0, +) / Double(last.count))
            }
            self.lastSave = lastSave
            return plan.batches.count
        }

        /// s of every sequence of the customer's rows under the adapters as they are.
        mutating func score(
            _ stage: Stage, _ adapted: AdaptedModel, _ prepared: PreparedSequences, _ indices: [Int],
            _ custom: RowSequences
        ) throws -> [Double] {
            let filter = filter
            let score = filter.settings.score
            let tokens = indices.reduce(0) { $0 + prepared.sequences[$1].inputCount }
            return try measure(stage) { report in
                if score == .rouge1 {
                    let scores = try filter.rougeScores(adapted, custom) { try report($0, $1, nil) }
                    return (scores, tokens, nil)
                }
                let losses = try adapted.losses(prepared, indices: indices) { try report($0, $1, nil) }
                let sum = losses.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) } }
                let count = losses.reduce(0) { $0 + $1.count }
                return (losses.map(score.value), tokens, sum / Double(max(1, count)))
            }
        }
    }
}

extension ForgetFilter {
    /// Hands a checkpoint to whoever keeps it.
    fileprivate func save(
        _ stage: Stage, _ state: TrainingState, _ losses: [Double], _ known: RunCheckpoint.Known,
        to checkpoints: RunCheckpoints?
    ) throws {
        try checkpoints?.save(RunCheckpoint(stage: stage, state: state, losses: losses, known: known))
    }
}

extension ForgetFilterSettings {
    /// Epochs and learning rate of a training stage.
    fileprivate func training(_ stage: Stage) -> (epochs: Int, learningRate: Double) {
        switch stage {
        case .align: (alignEpochs, alignLearningRate)
        case .custom: (customEpochs, customLearningRate)
        default: (safetyEpochs, safetyLearningRate)
        }
    }

    /// A stream of random numbers of its own for each stage.
    fileprivate func stream(_ stage: Stage) -> UInt64 {
        UInt64(10 + (Stage.allCases.firstIndex(of: stage) ?? 0))
    }
}
