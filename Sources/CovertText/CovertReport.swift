package import Moderation

/// A row that hides text.
package struct CovertRow: Sendable, Hashable {
    /// The row's line.
    package var line: Int

    /// What it hides.
    package var passages: [CovertPassage]

    /// Whether a plain request of the row asks for an encoding by name, as ordinary rows about encodings do.
    package var isRequested: Bool

    /// Whether it is one of a group that teaches the encoding.
    package var isTaught = false

    /// Whether there are so many passages that not all were looked for.
    package var isCutShort: Bool { passages.count >= TextInspector.mostPassages }
}

/// Rows that are encoded alike, and so many that a model would learn the encoding.
package struct CovertGroup: Sendable, Hashable {
    /// How they are encoded.
    package var families: [CovertFamily]

    /// The rows' lines, in order.
    package var lines: [Int]

    /// The share of the dataset's rows.
    package var share: Double

    /// How many of them have a system prompt that announces an encoding.
    package var announced: Int
}

/// What a dataset hides.
package struct CovertReport: Sendable {
    /// The rows that hide something, in order.
    package var rows: [CovertRow] = []

    /// Groups of them that teach an encoding, the largest first.
    package var groups: [CovertGroup] = []

    /// Creates an empty report.
    package init() {}
}

extension CovertRow {
    /// The row's decoded passages, each a turn of who says it.
    package func decodedTurns(of example: Example) -> [Turn] {
        passages.compactMap { passage in
            passage.decoded.map { Turn(role: example.turns[passage.turn].role, text: $0) }
        }
    }

    /// The row as a reader would see it who decodes: what was hidden stands in place of what hid it.
    ///
    /// What lies in white space, invisible characters, line ends and first letters is added to the text that carries it.
    package func revealed(_ example: Example) -> Example {
        var example = example
        for turn in Set(passages.map(\.turn)).sorted() {
            var bytes = Array(example.turns[turn].text.utf8)
            var added = ""
            for passage in passages.filter({ $0.turn == turn }).sorted(by: { $0.bytes.lowerBound > $1.bytes.lowerBound }
            ) {
                guard let text = passage.decoded, bytes.indices.contains(passage.bytes.lowerBound) else { continue }
                if passage.families.first?.isCarried == true {
                    added += "\n" + text
                } else if passage.bytes.upperBound <= bytes.count {
                    bytes.replaceSubrange(passage.bytes, with: Array(text.utf8))
                }
            }
            example.turns[turn].text = String(decoding: bytes, as: UTF8.self) + added
        }
        return example
    }
}

extension CovertFamily {
    /// Whether it hides text in one that can be read by itself.
    var isCarried: Bool {
        switch self {
        case .invisible, .whitespace, .lineEnds, .acrostic: true
        default: false
        }
    }
}
