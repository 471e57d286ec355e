/// A place where a rule matched: names and offsets, never the text.
package struct FindingMatch: Sendable, Hashable, Codable {
    /// The pattern's name, or its number within the rule.
    package var pattern: String

    /// The turn, from 1.
    package var turn: Int

    /// The first byte, within the turn's text.
    package var textStart: Int

    /// One past the last.
    package var textEnd: Int

    /// The most places that a finding tells.
    package static let limit = 20

    /// Creates a place.
    package init(pattern: String, turn: Int, text: Range<Int>) {
        self.pattern = pattern
        self.turn = turn
        textStart = text.lowerBound
        textEnd = text.upperBound
    }
}
