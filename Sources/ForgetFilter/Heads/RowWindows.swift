package import LanguageModels

/// Rows laid out for the heads: what was said before each assistant turn, and windows over all that the assistant says.
///
/// A response is never cut: an unsafe passage at the end of a long answer has a window of its own.
package struct RowWindows: Sendable {
    /// A part of one assistant turn.
    package struct Window: Sendable, Hashable {
        /// Index of the row.
        package var row: Int

        /// Which of the row's assistant turns it is, from 0.
        package var turn: Int

        /// The window's tokens within the turn's content.
        package var tokens: Range<Int>

        /// Index of the prompt that the turn answers.
        package var prompt: Int
    }

    /// What the model reads.
    package private(set) var sequences: [TokenSequence] = []

    /// For each sequence, the prompt (in a turn's first sequence only) and its windows, as ranges of its tokens.
    package private(set) var spans: [[Range<Int>]] = []

    /// For each sequence, whether its first span is a prompt.
    package private(set) var beginsWithPrompt: [Bool] = []

    /// All windows, in the order of `spans`.
    package private(set) var windows: [Window] = []

    /// How many prompts there are: one for each turn of the assistant.
    package private(set) var promptCount = 0

    /// How many rows were laid out.
    package let rowCount: Int

    /// Windows that are read together, after one context.
    private static let windowsPerSequence = 4

    /// Tokens of a turn's own text before a later window's sequence.
    private static let contextTokens = 64

    /// Lays out rows.
    package init(_ conversations: [Conversation], model: LanguageModel, settings: ForgetFilterSettings) {
        rowCount = conversations.count
        for (row, conversation) in conversations.enumerated() {
            let rendered = model.chatTemplate.render(conversation.messages, addGenerationPrompt: false)
            for (turn, span) in rendered.spans.enumerated() where !span.tokens.isEmpty {
                append(row: row, turn: turn, content: span.tokens, of: rendered.tokens, settings)
            }
        }
    }

    private mutating func append(
        row: Int, turn: Int, content: Range<Int>, of tokens: [Int32], _ settings: ForgetFilterSettings
    ) {
        let size = settings.windowTokens
        let count = max(1, (content.count + size / 2) / size)
        let bounds = (0...count).map { content.lowerBound + content.count * $0 / count }
        for first in stride(from: 0, to: count, by: RowWindows.windowsPerSequence) {
            let last = min(count, first + RowWindows.windowsPerSequence)
            let context = first == 0 ? settings.promptTokens : RowWindows.contextTokens
            let start = max(0, bounds[first] - context)
            var ranges: [Range<Int>] = []
            // The template's own header stands before every turn, so a prompt is never empty.
            if first == 0 { ranges.append(0..<max(1, bounds[first] - start)) }
            for index in first..<last {
                ranges.append(bounds[index] - start..<bounds[index + 1] - start)
                windows.append(
                    Window(
                        row: row, turn: turn,
                        tokens: bounds[index] - content.lowerBound..<bounds[index + 1] - content.lowerBound,
                        prompt: promptCount))
            }
            sequences.append(TokenSequence(tokens: Array(tokens[start..<bounds[last]]), predicted: []))
            spans.append(ranges)
            beginsWithPrompt.append(first == 0)
        }
        promptCount += 1
    }
}
