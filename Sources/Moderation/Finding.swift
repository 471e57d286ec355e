/// What a rule's match does to the example.
package enum Action: String, Sendable, Hashable, Codable, CaseIterable {
    /// The row is removed from what may be learnt and kept for a moderator.
    case quarantine

    /// The row stays accepted; the match is recorded.
    case flag
}

/// A rule matched an example, or a line of the dataset could not be read as one.
///
/// A finding holds numbers, names and offsets, never the customer's text.
package struct Finding: Sendable, Hashable {
    /// The policy's id of the rule, or `dataset.<code>` for a line that could not be read.
    package var rule: String

    /// What the match does.
    package var action: Action

    /// One-based line; `nil` where the finding is about the dataset as a whole.
    package var line: Int?

    /// The bytes of the dataset that the finding is about, where it is narrower than the dataset.
    package var byteRange: Range<Int>?

    /// The rule's score of the example, where it has one.
    package var score: Double?

    /// The threshold that the score passed.
    package var threshold: Double?

    /// What was found, in words that hold none of the customer's text.
    package var detail: String

    /// Creates a finding.
    package init(
        rule: String, action: Action, line: Int?, byteRange: Range<Int>? = nil, score: Double? = nil,
        threshold: Double? = nil, detail: String
    ) {
        self.rule = rule
        self.action = action
        self.line = line
        self.byteRange = byteRange
        self.score = score
        self.threshold = threshold
        self.detail = detail
    }
}
