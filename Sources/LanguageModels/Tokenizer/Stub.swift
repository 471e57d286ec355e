package struct Tokenizer: Sendable {
    init(file: GGUFFile) throws {}
    package func encode(_ t: String, recognisingControlTokens: Bool) -> [Int32] { [] }
    package func decode(_ t: [Int32], skippingControlTokens: Bool) -> String { "" }
}
package struct ChatMessage: Sendable { package var role: String; package var content: String }
package struct RenderedChat: Sendable {
    package struct Span: Sendable { package var message: Int; package var tokens: Range<Int> }
    package var tokens: [Int32]; package var spans: [Span]
}
package struct ChatTemplate: Sendable {
    init(file: GGUFFile, tokenizer: Tokenizer) throws {}
    package var stopTokens: Set<Int32> { [2] }
    package func render(_ m: [ChatMessage], addGenerationPrompt: Bool) -> RenderedChat {
        RenderedChat(tokens: [], spans: [])
    }
}
