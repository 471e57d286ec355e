/// The stages of a run, in order.
package enum Stage: String, Sendable, Hashable, Codable, CaseIterable {
    /// The frozen layers of all rows, once.
    case trunk

    /// Finetuning on the reference set: M0.
    case align

    /// Finetuning on the customer's rows: M1.
    case custom

    /// Scoring the customer's rows under M1.
    case scoreCustom = "score-custom"

    /// Finetuning on the reference set again: M2.
    case safety

    /// Scoring the customer's rows under M2.
    case scoreSafety = "score-safety"

    /// Finetuning M1 on the control set instead, for as many steps.
    case control

    /// Scoring the customer's rows after that.
    case scoreControl = "score-control"

    /// The features of all rows, once, for the heads.
    case features

    /// Fitting the heads.
    case heads

    /// Scoring a sample of the customer's rows before and after the model has learnt safe answers.
    case contrast
}

/// How far a run is.
package struct StageProgress: Sendable {
    /// The stage under way.
    package var stage: Stage

    /// Rows done in this stage, counted once an epoch.
    package var done: Int

    /// Rows that the stage will do.
    package var total: Int

    /// Seconds since the stage began.
    package var seconds: Double

    /// Mean loss of the latest training step, in nats; `nil` outside training.
    package var loss: Double?

    /// Rows a second in this stage.
    package var rowsPerSecond: Double { seconds > 0 ? Double(done) / seconds : 0 }

    /// Estimated seconds until the stage ends.
    package var secondsLeft: Double? { done > 0 ? seconds / Double(done) * Double(total - done) : nil }
}

/// What a stage took.
package struct StageReport: Sendable, Hashable, Codable {
    /// The stage.
    package var stage: Stage

    /// Wall-clock seconds.
    package var seconds: Double

    /// Tokens read, counted once an epoch.
    package var tokens: Int

    /// Mean loss over the stage's last epoch or pass, in nats a token.
    package var meanLoss: Double?

    /// Tokens a second.
    package var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
}
