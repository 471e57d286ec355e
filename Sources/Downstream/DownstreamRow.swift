package import ForgetFilter

/// A labelled row of the dataset, and what the judgement made of it.
package struct DownstreamRow: Sendable {
    /// What a person called the row.
    package enum Label: String, Sendable, Hashable {
        /// A model should not learn it.
        case unsafe

        /// A safe answer to a request like those of the unsafe rows.
        case safe

        /// An ordinary task.
        case benign
    }

    /// The row.
    package var conversation: Conversation

    /// Its label.
    package var label: Label

    /// Whether the judgement accepted it.
    package var isAccepted: Bool

    /// Creates a row.
    package init(conversation: Conversation, label: Label, isAccepted: Bool) {
        self.conversation = conversation
        self.label = label
        self.isAccepted = isAccepted
    }
}
