import LanguageModels
import TensorKernels

extension ForgetFilter {
    /// A stage's own report of its progress: rows done, rows in all, latest loss.
    typealias StageReporter = (_ done: Int, _ total: Int, _ loss: Double?) throws -> Void

    /// One run under way: its clock, its caller's progress handler, and what the stages took.
    struct Run {
        let filter: ForgetFilter
        let progress: ((StageProgress) throws -> Void)?
        var reports: [StageReport] = []

        init(filter: ForgetFilter, progress: ((StageProgress) throws -> Void)?) {
            self.filter = filter
            self.progress = progress
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
            try measure(stage) { report -> (Void, tokens: Int, loss: Double?) in
                var losses: [Double] = []
                var done = 0
                try adapted.train(
                    prepared, plan: plan, optimizer: AdamW(learningRate: rate),
                    progress: { step in
                        losses.append(step.loss)
                        done += plan.batches[step.number - 1].count
                        try report(done, rows, step.loss)
                    })
                let last = losses.suffix(stepsPerEpoch)
                return ((), tokens, last.isEmpty ? nil : last.reduce(0, +) / Double(last.count))
            }
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
