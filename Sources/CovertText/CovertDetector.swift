package import Moderation

/// Something hidden in a turn of a row.
package struct CovertPassage: Sendable, Hashable {
    /// The turn, from 0.
    package var turn: Int

    /// The bytes of the turn's text that hide it.
    package var bytes: Range<Int>

    /// How it is hidden, in the order in which it is undone.
    package var families: [CovertFamily]

    /// How sure that is, from 0 to 1.
    package var score: Double

    /// What it says, or `nil` where it was not decoded; a customer's text, which no finding may hold.
    package var decoded: String?

    /// Whether it makes up at least half of the turn.
    package var coversTurn: Bool
}

/// Finds text that is written so that a filter does not see what it says.
///
/// It works on text alone: character statistics of the shipped tables, decoders, and a solver of substitutions with a
/// fixed seed. The same rows get the same answers.
package struct CovertDetector: Sendable {
    /// What is looked for.
    package let settings: CovertSettings

    /// Creates a detector.
    package init(_ settings: CovertSettings = CovertSettings()) {
        self.settings = settings
    }

    /// What one row hides, by turn and place.
    package func passages(in turns: [Turn]) -> [CovertPassage] {
        var inspector = TextInspector(settings)
        return read(turns, &inspector).passages
    }

    /// A row's passages, and the stretches that only rows like it can tell.
    func read(_ turns: [Turn], _ inspector: inout TextInspector) -> (passages: [CovertPassage], suspects: [TurnSuspect])
    {
        var passages: [CovertPassage] = []
        var suspects: [TurnSuspect] = []
        for (number, turn) in turns.enumerated() {
            let bytes = Array(turn.text.utf8)
            let found = inspector.hidden(in: bytes).map { CovertPassage($0, turn: number, length: bytes.count) }
            passages += found.sorted { $0.bytes.lowerBound < $1.bytes.lowerBound }
            suspects += inspector.suspects.map { TurnSuspect(turn: number, length: bytes.count, suspect: $0) }
        }
        return (passages, suspects)
    }
}

/// A stretch of a row's turn that may be a cipher.
struct TurnSuspect {
    var turn: Int
    var length: Int
    var suspect: Suspect
}

extension CovertPassage {
    init(_ hidden: Hidden, turn: Int, length: Int) {
        self.init(
            turn: turn, bytes: hidden.range, families: hidden.families, score: hidden.score,
            decoded: hidden.text.map { String(decoding: $0, as: UTF8.self) },
            coversTurn: hidden.range.count * 2 >= length)
    }
}
