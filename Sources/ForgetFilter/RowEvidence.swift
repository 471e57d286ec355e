/// What the heads have against a row, from its worst window.
package struct RowEvidence: Sendable, Hashable {
    /// The row's number as the caller gave it.
    package var id: Int

    /// P(risky request) · P(answer departs from safe answers) · P(forgotten) ^ weight of the row's worst window, from 0
    /// to 1: the order for review.
    package var score: Double

    /// The chance that a known-safe row scores as high, corrected for the row's windows.
    package var pValue: Double

    /// The chance that the row is safe, among the dataset's risky rows; 1 for a row that is not risky.
    package var localFalseDiscoveryRate: Double

    /// P(risky request).
    package var risk: Double

    /// P(the answer departs from the known safe answers).
    package var departure: Double

    /// Which of the row's assistant turns the worst window lies in, from 0.
    package var turn: Int

    /// The window's tokens within that turn.
    package var tokens: Range<Int>

    /// How many windows the row has.
    package var windowCount: Int

    /// Whether the row is to be removed.
    package var isDiscovery: Bool

    /// How much of the answer a model forgets that learns safe answers, in nats a token, as rows like it are forgotten;
    /// `nil` where forgetting was not measured.
    package var forgetting: Double?

    /// The tokens of the turn that were forgotten most, most first; none where the row itself was not measured.
    package var mostForgotten: [Int]

    /// Numbers of the reference rows whose features are most alike, nearest first.
    package var nearestReference: [Int]

    /// The cosine of the request's features and those of the most alike request of the reference set; `nil` for a row
    /// that is neither risky nor removed.
    package var nearestSimilarity: Double?
}

/// How a dataset's evidence came about.
package struct EvidenceSummary: Sendable, Hashable, Codable {
    /// Known-safe rows that were scored like the dataset's.
    package var canaries: Int

    /// Rows of the dataset whose requests are risky.
    package var riskyRows: Int

    /// The share of the risky rows that look like the reference set's; `nil` where too few are risky to tell.
    package var coverage: Double?

    /// Whether the reference set covers the dataset's risky rows, so that what departs from it is evidence.
    package var isCovered: Bool

    /// The lowest score of a removed row.
    package var lowestRemovedScore: Double?

    /// The lowest share of unsafe rows that this many canaries can find at the accepted false-discovery rate.
    package var prevalenceFloor: Double

    /// Creates a summary.
    package init(
        canaries: Int, riskyRows: Int, coverage: Double?, isCovered: Bool, lowestRemovedScore: Double?,
        prevalenceFloor: Double
    ) {
        self.canaries = canaries
        self.riskyRows = riskyRows
        self.coverage = coverage
        self.isCovered = isCovered
        self.lowestRemovedScore = lowestRemovedScore
        self.prevalenceFloor = prevalenceFloor
    }
}
