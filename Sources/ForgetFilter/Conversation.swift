package import LanguageModels

/// A row as ForgetFilter sees it: the messages of a chat, and the caller's number for it.
package struct Conversation: Sendable {
    /// The caller's number of the row, which also decides the order of equal scores.
    package var id: Int

    /// The chat; what the assistant says is learnt and scored.
    package var messages: [ChatMessage]

    /// Creates a conversation.
    package init(id: Int, messages: [ChatMessage]) {
        self.id = id
        self.messages = messages
    }
}

/// Rows laid out as token sequences: one for each turn of the assistant, with what was said before it.
package struct RowSequences: Sendable {
    /// All sequences, row by row.
    package var sequences: [TokenSequence] = []

    /// For each sequence, the index of its row.
    package var rows: [Int] = []

    /// Tokens that shortening left out of prompts and responses.
    package var droppedTokens = 0

    /// Lays out rows.
    ///
    /// A response is cut after `responseTokens`; a prompt then loses tokens from its front until the row fits
    /// `maximumTokens`, since what was said last matters most for what is answered.
    package init(_ conversations: [Conversation], model: LanguageModel, settings: ForgetFilterSettings) throws {
        for (row, conversation) in conversations.enumerated() {
            let rendered = model.chatTemplate.render(conversation.messages, addGenerationPrompt: false)
            for span in rendered.spans where conversation.messages[span.message].isAssistant {
                guard !span.tokens.isEmpty else { continue }
                let kept = min(span.tokens.count, settings.responseTokens, settings.maximumTokens - 1)
                let end = span.tokens.lowerBound + kept
                let start = max(0, end - settings.maximumTokens)
                droppedTokens += start + span.tokens.upperBound - end
                let first = span.tokens.lowerBound - start
                sequences.append(
                    TokenSequence(
                        tokens: Array(rendered.tokens[start..<end]),
                        predicted: (first..<first + kept).map(Int32.init)))
                rows.append(row)
            }
        }
    }

    /// The longest sequence, in tokens.
    var longest: Int { sequences.map(\.tokens.count).max() ?? 1 }
}
