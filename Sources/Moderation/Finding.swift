/// What a rule's match does to the example.
package enum Action: String, Sendable, Hashable, Codable, CaseIterable {
    /// The row is removed from what may be learnt and kept for a moderator.
    case quarantine

    /// The row stays accepted; the match is recorded.
    case flag
}

/// What a person needs to see why a scored row was found; numbers and positions only.
package struct Evidence: Sendable, Hashable, Codable {
    /// The chance that a known-safe row scores as high.
    package var pValue: Double

    /// The chance that the row is safe, among the dataset's risky rows.
    package var localFalseDiscoveryRate: Double

    /// How sure the model is that the request is risky, from 0 to 1.
    package var risk: Double

    /// How sure the model is that the answer is none of the safe ones, from 0 to 1.
    package var departure: Double

    /// The assistant turn that speaks most against the row, from 1.
    package var turn: Int

    /// The first byte, within that turn's text, of the part that speaks most against it.
    package var textStart: Int

    /// One past the last.
    package var textEnd: Int

    /// Lines of the reference set's rows that are most like it, nearest first.
    package var nearestReferenceLines: [Int]

    /// Creates evidence.
    package init(
        pValue: Double, localFalseDiscoveryRate: Double, risk: Double, departure: Double, turn: Int,
        text: Range<Int>, nearestReferenceLines: [Int]
    ) {
        self.pValue = pValue
        self.localFalseDiscoveryRate = localFalseDiscoveryRate
        self.risk = risk
        self.departure = departure
        self.turn = turn
        textStart = text.lowerBound
        textEnd = text.upperBound
        self.nearestReferenceLines = nearestReferenceLines
    }
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

    /// What a person needs to see why, where the rule scores rows.
    package var evidence: Evidence?

    /// Where the rule matched, where it matches places of the text; the first ones if they are many.
    package var matches: [FindingMatch]?

    /// Creates a finding.
    package init(
        rule: String, action: Action, line: Int?, byteRange: Range<Int>? = nil, score: Double? = nil,
        threshold: Double? = nil, detail: String, evidence: Evidence? = nil, matches: [FindingMatch]? = nil
    ) {
        self.rule = rule
        self.action = action
        self.line = line
        self.byteRange = byteRange
        self.score = score
        self.threshold = threshold
        self.detail = detail
        self.evidence = evidence
        self.matches = matches
    }
}
