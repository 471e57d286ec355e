/// What became of one example.
package enum Disposition: String, Sendable, Hashable, Codable, CaseIterable {
    /// It may be learnt.
    case accepted

    /// It was removed and is kept for a moderator.
    case quarantined

    /// A moderator let a quarantined example pass.
    case released
}

/// The judgement on a dataset.
///
/// A failure of the scorer is never a verdict.
package enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every example may be learnt.
    case cleared

    /// What remains after the quarantined examples may be learnt.
    case clearedWithRemovals = "cleared-with-removals"

    /// Nothing of the dataset may be learnt.
    case rejected

    /// It could not be judged. A deferred dataset never opens the gate.
    case deferred

    /// Whether finetuning may start.
    package var opensGate: Bool { self == .cleared || self == .clearedWithRemovals }
}
