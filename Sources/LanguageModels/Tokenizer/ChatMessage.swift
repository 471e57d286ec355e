/// One turn of a chat.
package struct ChatMessage: Sendable, Hashable {
    /// Who speaks: `system`, `user`, `assistant`, or another role that the model knows.
    package var role: String

    /// What is said.
    package var content: String

    /// Creates a turn.
    package init(role: String, content: String) {
        self.role = role
        self.content = content
    }

    /// Whether the model speaks.
    package var isAssistant: Bool { role == "assistant" }
}

/// A chat in tokens.
package struct RenderedChat: Sendable, Hashable {
    /// What one assistant turn comes to.
    package struct Span: Sendable, Hashable {
        /// The turn's index among the messages.
        package var message: Int

        /// The tokens of the turn's content and of the control token that ends it: what a model is trained to say.
        package var tokens: Range<Int>
    }

    /// The whole chat in tokens.
    package var tokens: [Int32]

    /// The assistant turns in order.
    package var spans: [Span]
}
