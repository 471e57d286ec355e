package import Diagnostics

/// A model whose tokenizer or chat template cannot be used; the message names the metadata key.
package struct TokenizerError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case badMetadata = "tokenizer-bad-metadata"
        case unsupportedModel = "tokenizer-unsupported-model"
        case unsupportedPreTokenizer = "tokenizer-unsupported-pre-tokenizer"
        case badTokens = "tokenizer-bad-tokens"
        case badMerges = "tokenizer-bad-merges"
        case badTokenID = "tokenizer-bad-token-id"
        case unsupportedChatTemplate = "tokenizer-unsupported-chat-template"
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?

    /// Creates an error.
    package init(_ code: Code, _ message: String, remedy: String? = nil, path: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy ?? "Use a model with a complete byte-level BPE tokenizer"
        location = path.map { SourceLocation(path: $0) }
    }

    /// Takes over what is wrong with a metadata field.
    init(_ error: GGUFError) {
        code = .badMetadata
        message = error.message
        remedy = error.remedy
        location = error.location
    }
}
