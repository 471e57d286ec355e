package import LanguageModels

/// Where a run of ForgetFilter stands in the middle of a training stage.
package struct RunCheckpoint: Sendable, Hashable {
    /// What the stages before this one found.
    package struct Known: Sendable, Hashable {
        /// What the stages took.
        package var reports: [StageReport]

        /// M1's adapters.
        package var learnt: [Float]?

        /// s(M1) of each sequence.
        package var before: [Double]?

        /// s(M2) of each sequence.
        package var after: [Double]?

        /// Creates the knowledge of a run's beginning.
        package init(
            reports: [StageReport] = [], learnt: [Float]? = nil, before: [Double]? = nil, after: [Double]? = nil
        ) {
            self.reports = reports
            self.learnt = learnt
            self.before = before
            self.after = after
        }
    }

    /// The training stage under way.
    package var stage: Stage

    /// Adapters and moments after its latest step.
    package var state: TrainingState

    /// The losses of its steps so far.
    package var losses: [Double]

    /// What the stages before found.
    package var known: Known

    /// Creates a checkpoint.
    package init(stage: Stage, state: TrainingState, losses: [Double], known: Known) {
        self.stage = stage
        self.state = state
        self.losses = losses
        self.known = known
    }
}

/// Whoever keeps a run's checkpoints.
package struct RunCheckpoints: Sendable {
    /// Seconds of training between two of them, at most one step more.
    package var interval: Double

    /// The checkpoint of an earlier run of the same rows, model and settings; `nil` without one.
    package var load: @Sendable () -> RunCheckpoint?

    /// Keeps a checkpoint instead of the one before.
    package var save: @Sendable (RunCheckpoint) throws -> Void

    /// Creates a keeper.
    package init(
        interval: Double, load: @escaping @Sendable () -> RunCheckpoint?,
        save: @escaping @Sendable (RunCheckpoint) throws -> Void
    ) {
        self.interval = interval
        self.load = load
        self.save = save
    }
}
