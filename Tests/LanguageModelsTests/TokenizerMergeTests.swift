import LanguageModels
import TestSupport
import Testing

@Suite("Merging")
struct TokenizerMergeTests {
    private static let merges = [
        ("a", "b"), ("b", "a"), ("ab", "a"), ("a", "a"), ("ba", "ba"), ("aa", "b"), ("aba", "b"), ("c", "c"),
        ("cc", "cc"), ("cccc", "cccc"), ("ab", "c"), (" ", "a"),
    ]

    /// Merges as the definition says: again and again the earliest pair, leftmost first.
    private func reference(_ text: String) -> [String] {
        var parts = text.map(String.init)
        while true {
            var best: (rank: Int, at: Int)?
            for at in 0..<max(0, parts.count - 1) {
                guard let rank = Self.merges.firstIndex(where: { $0 == (parts[at], parts[at + 1]) }) else { continue }
                if best.map({ rank < $0.rank }) ?? true { best = (rank, at) }
            }
            guard let best else { return parts }
            parts.replaceSubrange(best.at...best.at + 1, with: [parts[best.at] + parts[best.at + 1]])
        }
    }

    @Test("pieces of every length merge as the definition says", arguments: [1, 2, 3, 7, 47, 48, 49, 50, 200, 700])
    func matchesReference(length: Int) throws {
        let tokenizer = try TestVocabulary(merges: Self.merges).tokenizer()
        var generator = SeededGenerator(seed: UInt64(length))
        for _ in 0..<max(3, 2000 / length) {
            let text = String((0..<length).map { _ in "aabbc".randomElement(using: &generator) ?? "a" })
            let tokens = tokenizer.encode(text, recognisingControlTokens: false)
            let parts = tokens.map { tokenizer.decode([$0], skippingControlTokens: false) }
            #expect(parts == reference(text))
        }
    }

    @Test("a token that no merge order reaches is not used, unless the model takes whole tokens")
    func unreachable() throws {
        // "abc" can only be made from a + bc, but a + b comes first.
        let merges = [("a", "b"), ("b", "c"), ("a", "bc")]
        var vocabulary = TestVocabulary(merges: merges)
        let plain = try vocabulary.tokenizer()
        #expect(plain.encode("abc", recognisingControlTokens: false).count == 2)
        vocabulary.preTokenizer = PreTokenizer.llamaBPE.rawValue
        let whole = try vocabulary.tokenizer()
        #expect(whole.encode("abc", recognisingControlTokens: false).count == 1)
    }

    @Test("a megabyte without a space is merged in good time and comes back")
    func longPiece() throws {
        let tokenizer = try TestVocabulary(merges: Self.merges).tokenizer()
        let text = String(repeating: "abcaabbcc中", count: 80_000)
        let tokens = tokenizer.encode(text, recognisingControlTokens: false)
        #expect(tokens.count < text.utf8.count)
        #expect(tokenizer.decode(tokens, skippingControlTokens: false) == text)
    }

    @Test("any text and any bytes come back where every byte has a token", arguments: PreTokenizer.allCases)
    func roundTrip(rules: PreTokenizer) throws {
        var vocabulary = TestVocabulary(merges: Self.merges)
        vocabulary.preTokenizer = rules.rawValue
        let tokenizer = try vocabulary.tokenizer()
        #expect(tokenizer.unencodableBytes.isEmpty)
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<1000 {
            let text = generator.text(upTo: 80)
            let tokens = tokenizer.encode(text, recognisingControlTokens: false)
            #expect(tokenizer.decode(tokens, skippingControlTokens: false) == text)
            let bytes = (0..<40).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let byteTokens = bytes.withUnsafeBufferPointer { tokenizer.encode($0, recognisingControlTokens: false) }
            #expect(tokenizer.decodeBytes(byteTokens, skippingControlTokens: false) == bytes)
        }
    }

    @Test("of control tokens at one place the longest is found, and text around it is cut on its own")
    func controlTokens() throws {
        let vocabulary = TestVocabulary(
            merges: [(" ", "a")], control: ["<e>", "<e><e>", "<x"], userDefined: ["<tool>"])
        let tokenizer = try vocabulary.tokenizer()
        let id = { tokenizer.controlToken($0) ?? -1 }
        #expect(tokenizer.controlTokens.count == 4)
        let tokens = tokenizer.encode("a<e><e><e>  <tool><x a", recognisingControlTokens: true)
        let byte = { (text: String) in tokenizer.encode(text, recognisingControlTokens: false) }
        #expect(
            tokens == byte("a") + [id("<e><e>"), id("<e>")] + byte("  ") + [id("<tool>"), id("<x")] + byte(" a"))
        #expect(byte("<tool>").count == 6)
    }
}
