/// Where a row comes from, which is all that the heads are told of it.
package enum RowOrigin: Int, Sendable, CaseIterable {
    /// The customer's rows, to be judged.
    case dataset

    /// The reference set in use: risky requests with safe answers.
    case reference

    /// The policy's own reference rows, where another set is in use.
    case background

    /// Ordinary rows.
    case control

    /// An operator's labelled rows that are safe.
    case safeSeed

    /// An operator's labelled rows that are unsafe.
    case unsafeSeed
}

/// A set of rows that the heads learn from.
package struct KnownRows: Sendable {
    /// The reference set in use.
    package var reference: [Conversation]

    /// The policy's own reference rows, where another set is in use.
    package var background: [Conversation] = []

    /// Ordinary rows.
    package var control: [Conversation] = []

    /// An operator's labelled rows.
    package var seeds: [Seed] = []

    /// For each origin, a hash of the model's and the rows' bytes: names what of them may be kept between runs.
    package var fingerprints: [RowOrigin: String] = [:]

    /// A row with an operator's label.
    package struct Seed: Sendable {
        /// The row.
        package var conversation: Conversation

        /// Whether it is an example of what must not be learnt.
        package var isUnsafe: Bool

        /// Creates a seed.
        package init(conversation: Conversation, isUnsafe: Bool) {
            self.conversation = conversation
            self.isUnsafe = isUnsafe
        }
    }

    /// Creates a set of known rows.
    package init(
        reference: [Conversation], background: [Conversation] = [], control: [Conversation] = [], seeds: [Seed] = []
    ) {
        self.reference = reference
        self.background = background
        self.control = control
        self.seeds = seeds
    }

    /// The known rows of an origin, in order.
    func rows(_ origin: RowOrigin) -> [Conversation] {
        switch origin {
        case .dataset: []
        case .reference: reference
        case .background: background
        case .control: control
        case .safeSeed: seeds.filter { !$0.isUnsafe }.map(\.conversation)
        case .unsafeSeed: seeds.filter(\.isUnsafe).map(\.conversation)
        }
    }
}
