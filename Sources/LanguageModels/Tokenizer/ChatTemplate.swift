/// How a model wants chats written: ChatML, `<|im_start|>role⏎content<|im_end|>⏎` for each turn.
///
/// Roles and contents are encoded as plain text, so that markup inside them stays characters.
package struct ChatTemplate: Sendable {
    /// The system turn that the model's own template puts in front of a chat that has none, if it spells one out.
    package let defaultSystemPrompt: String?

    /// The tokens that end what the model says: the end of a turn, and the model's own last token.
    package let stopTokens: Set<Int32>

    private let tokenizer: Tokenizer
    private let start: Int32
    private let end: Int32
    private let newline: [Int32]
    private let assistantHeader: [Int32]

    /// Reads `tokenizer.chat_template` and chooses how to render.
    package init(file: GGUFFile, tokenizer: Tokenizer) throws(TokenizerError) {
        let template: String?
        do { template = try file.optionalString("tokenizer.chat_template") } catch { throw TokenizerError(error) }
        guard let template, template.contains("<|im_start|>") else {
            throw TokenizerError(
                .unsupportedChatTemplate, "unsupported chat template: tokenizer.chat_template is not ChatML",
                remedy: "Use an instruction model whose template writes <|im_start|>, such as SmolLM2 or Qwen 2",
                path: file.path)
        }
        guard let start = tokenizer.controlToken("<|im_start|>"), let end = tokenizer.controlToken("<|im_end|>") else {
            throw TokenizerError(
                .unsupportedChatTemplate,
                "tokenizer.ggml.tokens lacks the control tokens <|im_start|> and <|im_end|> of its chat template",
                path: file.path)
        }
        self.tokenizer = tokenizer
        self.start = start
        self.end = end
        stopTokens = Set([end, tokenizer.eosToken].compactMap { $0 })
        newline = tokenizer.encode("\n", recognisingControlTokens: false)
        assistantHeader = tokenizer.encode("assistant\n", recognisingControlTokens: false)
        defaultSystemPrompt = Self.systemPrompt(in: template)
    }

    /// Renders a chat.
    ///
    /// An assistant turn's header and content are encoded apart, as they are when the model writes the content. Of other
    /// turns they are encoded as one text, as the model's own tokenizer does.
    ///
    /// - Parameters:
    ///   - addGenerationPrompt: Whether the header of an assistant turn follows the last message.
    ///   - addDefaultSystemPrompt: Whether `defaultSystemPrompt` goes before a chat that does not begin with a system turn.
    package func render(
        _ messages: [ChatMessage], addGenerationPrompt: Bool, addDefaultSystemPrompt: Bool = false
    ) -> RenderedChat {
        var chat = RenderedChat(tokens: [], spans: [])
        if addDefaultSystemPrompt, let defaultSystemPrompt, messages.first?.role != "system" {
            append(ChatMessage(role: "system", content: defaultSystemPrompt), to: &chat)
        }
        for (index, message) in messages.enumerated() {
            let content = append(message, to: &chat)
            if message.isAssistant { chat.spans.append(.init(message: index, tokens: content)) }
        }
        if addGenerationPrompt { chat.tokens += [start] + assistantHeader }
        return chat
    }

    /// Appends a turn and returns where its content and end token lie, if the content has tokens of its own.
    @discardableResult
    private func append(_ message: ChatMessage, to chat: inout RenderedChat) -> Range<Int> {
        chat.tokens.append(start)
        if message.isAssistant { chat.tokens += assistantHeader }
        let first = chat.tokens.count
        let text = message.isAssistant ? message.content : message.role + "\n" + message.content
        chat.tokens += tokenizer.encode(text, recognisingControlTokens: false)
        chat.tokens.append(end)
        let last = chat.tokens.count
        chat.tokens += newline
        return first..<last
    }

    /// The text between a literal `<|im_start|>system⏎` and the next `<|im_end|>`, where no template code lies between.
    private static func systemPrompt(in template: String) -> String? {
        let text = template.replacing("\\n", with: "\n")
        guard let header = text.firstRange(of: "<|im_start|>system\n") else { return nil }
        let rest = text[header.upperBound...]
        guard let end = rest.firstRange(of: "<|im_end|>") else { return nil }
        let prompt = rest[..<end.lowerBound]
        return prompt.isEmpty || prompt.contains(where: { "{}'\"".contains($0) }) ? nil : String(prompt)
    }
}
