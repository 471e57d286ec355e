/// Who speaks in a turn of a training example.
package enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    case system
    case user
    case assistant
    case tool
}

/// One message of an example.
package struct Turn: Sendable, Hashable {
    /// Who speaks.
    package var role: Role

    /// The text as the customer wrote it, after JSON escapes are resolved.
    package var text: String

    /// Creates a turn.
    package init(role: Role, text: String) {
        self.role = role
        self.text = text
    }
}

/// One training row of a dataset.
package struct Example: Sendable, Hashable {
    /// One-based line of the dataset that holds the row.
    package var line: Int

    /// The row's bytes in the dataset, without its line ending.
    package var byteRange: Range<Int>

    /// The conversation, in order; the assistant's turns are what a model would be trained to say.
    package var turns: [Turn]

    /// Of a preference pair, the conversation that a model would be trained away from; `turns` is then the chosen one.
    package var rejected: [Turn]?

    /// Creates an example.
    package init(line: Int, byteRange: Range<Int>, turns: [Turn], rejected: [Turn]? = nil) {
        self.line = line
        self.byteRange = byteRange
        self.turns = turns
        self.rejected = rejected
    }

    /// The rejected side by itself, without the turns at its beginning that the chosen side has too.
    ///
    /// `nil` where there is none, or where it says nothing else than the chosen one.
    package var rejectedSide: Example? {
        guard let rejected else { return nil }
        let shared = zip(turns, rejected).prefix { $0 == $1 }.count
        guard shared < rejected.count else { return nil }
        return Example(line: line, byteRange: byteRange, turns: Array(rejected[shared...]))
    }
}
