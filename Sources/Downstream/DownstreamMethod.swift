/// The ways of finetuning that are compared: those of Zhao et al., ICML 2024, Table 2, and the best that a filter can do.
package enum DownstreamMethod: String, Sendable, Hashable, Codable, CaseIterable {
    /// M0: aligned on the reference set, before any of the dataset's rows.
    case aligned

    /// M0 finetuned on all training rows.
    case noFilter = "no-filter"

    /// `noFilter` finetuned on the reference set afterwards.
    case sequential

    /// M0 finetuned on all training rows mixed with the reference set.
    case replay

    /// `noFilter` asked with a system turn that tells it to answer safely.
    case selfCorrection = "self-correction"

    /// M0 finetuned on the training rows that the judgement accepted.
    case filtered

    /// M0 finetuned on the training rows that are truly not unsafe.
    case oracle
}

/// How far a comparison is.
package struct DownstreamProgress: Sendable {
    /// What is being done: `trunk`, or `train` or `score` and a method.
    package var step: String

    /// Rows done in this step, counted once an epoch.
    package var done: Int

    /// Rows that the step will do.
    package var total: Int

    /// Seconds since the step began.
    package var seconds: Double

    /// Mean loss of the latest training step, in nats; `nil` outside training.
    package var loss: Double?

    /// Rows a second in this step.
    package var rowsPerSecond: Double { seconds > 0 ? Double(done) / seconds : 0 }

    /// Estimated seconds until the step ends.
    package var secondsLeft: Double? { done > 0 ? seconds / Double(done) * Double(total - done) : nil }
}
