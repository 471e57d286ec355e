import LanguageModels
import TestSupport
import Testing

@Suite("A tokenizer whose tables are odd")
struct TokenizerTableTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: TokenizerError.Code
        var words: String
        var change: @Sendable (inout TestVocabulary) -> Void

        init(
            _ name: String, _ code: TokenizerError.Code, _ words: String,
            _ change: @escaping @Sendable (inout TestVocabulary) -> Void
        ) {
            (testDescription, self.code, self.words, self.change) = (name, code, words, change)
        }
    }

    static let cases: [Case] = [
        Case("a SentencePiece model", .unsupportedModel, "tokenizer.ggml.model") { $0.model = "llama" },
        Case("an unknown pre-tokenizer", .unsupportedPreTokenizer, "tokenizer.ggml.pre") { $0.preTokenizer = "tekken" },
        Case("a merge of an unknown token", .badMerges, "merges[1]") { $0.merges.append("zz y") },
        Case("a merge into an unknown token", .badMerges, "merges[1]") { $0.merges.append("y z") },
        Case("a merge that spells markup", .badMerges, "merges[1]") {
            $0.tokens.append("<e")
            $0.types.append(3)
            $0.merges.append("< e")
        },
        Case("a merge of one token", .badMerges, "merges[1]") { $0.merges.append("ab") },
        Case("an empty merge", .badMerges, "merges[1]") { $0.merges.append("") },
        Case("a merge with an empty side", .badMerges, "merges[1]") { $0.merges.append(" a") },
        Case("a merge outside the byte alphabet", .badMerges, "merges[1]") { $0.merges.append("中 a") },
        Case("a repeated merge", .badMerges, "merges[1] repeats") { $0.merges.append("a b") },
        Case("a repeated token", .badTokens, "tokens[260] repeats") {
            $0.tokens.append("ab")
            $0.types.append(1)
        },
        Case("an empty token", .badTokens, "tokens[260] is empty") {
            $0.tokens.append("")
            $0.types.append(1)
        },
        Case("no token for a letter", .badTokens, "byte 97") { $0.types[97] = 5 },
        Case("a type too few", .badTokens, "token_type has") { $0.types.removeLast() },
        Case("a type out of range", .badTokens, "token_type[3]") { $0.types[3] = 7 },
        Case("no tokens", .badTokens, "tokens has 0") {
            $0.tokens = []
            $0.types = []
        },
        Case("an id out of range", .badTokenID, "tokenizer.ggml.eos_token_id") {
            $0.entries = [("tokenizer.ggml.eos_token_id", .uint32(260))]
        },
        Case("an id that is text", .badMetadata, "tokenizer.ggml.bos_token_id") {
            $0.entries = [("tokenizer.ggml.bos_token_id", .string("1"))]
        },
        Case("a flag that is a number", .badMetadata, "tokenizer.ggml.add_bos_token") {
            $0.entries = [("tokenizer.ggml.add_bos_token", .uint32(1))]
        },
    ]

    @Test("is refused with the key's name", arguments: cases)
    func refused(_ example: Case) throws {
        var vocabulary = TestVocabulary(merges: [("a", "b")])
        #expect(throws: Never.self) { try vocabulary.tokenizer() }
        example.change(&vocabulary)
        let error = #expect(throws: TokenizerError.self) { try vocabulary.tokenizer() }
        #expect(error?.code == example.code)
        #expect(error?.message.contains(example.words) == true, "\(error?.message ?? "")")
    }

    @Test("a table that is missing is named")
    func missing() throws {
        let folder = try TemporaryFolder()
        var writer = GGUFWriter()
        writer.add("tokenizer.ggml.model", .string("gpt2"))
        writer.add("tokenizer.ggml.pre", .string("gpt-2"))
        let file = try GGUFFile(path: folder.write(writer.bytes(), to: "model.gguf"))
        let error = #expect(throws: TokenizerError.self) { try Tokenizer(file: file) }
        #expect(error?.code == .badMetadata)
        #expect(error?.message.contains("tokenizer.ggml.tokens") == true)
    }

    @Test("a normal token outside the byte alphabet is never encoded, and decodes to itself")
    func literalToken() throws {
        var vocabulary = TestVocabulary()
        vocabulary.tokens.append("中")
        vocabulary.types.append(1)
        let tokenizer = try vocabulary.tokenizer()
        let last = Int32(tokenizer.vocabularyCount - 1)
        #expect(!tokenizer.encode("中", recognisingControlTokens: true).contains(last))
        #expect(tokenizer.decode([last], skippingControlTokens: true) == "中")
    }
}
