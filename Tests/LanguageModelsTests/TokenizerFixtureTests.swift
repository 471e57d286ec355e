import Foundation
import LanguageModels
import TestSupport
import Testing

@Suite("The default model's tokenizer")
struct TokenizerFixtureTests {
    private struct Line: Decodable {
        var text: String
        var ids: [Int32]
    }

    private let tokenizer: Tokenizer

    init() throws {
        tokenizer = try Tokenizer(file: GGUFFile(path: ModelPath.smolLM2()))
    }

    private func lines() throws -> [Line] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/smollm2/tokens.jsonl"))
        return try data.split(separator: 0x0A).map { try JSONDecoder().decode(Line.self, from: $0) }
    }

    @Test("every text of the fixture encodes to the fixture's tokens, and back")
    func fixture() throws {
        let lines = try lines()
        #expect(lines.count == 170)
        for (index, line) in lines.enumerated() {
            let tokens = tokenizer.encode(line.text, recognisingControlTokens: true)
            #expect(tokens == line.ids, "line \(index + 1)")
            #expect(tokenizer.decode(tokens, skippingControlTokens: false) == line.text, "line \(index + 1)")
        }
    }

    @Test("generated tokens decode to the fixture's text")
    func generated() throws {
        for generation in try Fixtures.load("generate.json", as: [Fixtures.Generation].self) {
            #expect(tokenizer.decode(generation.new_ids, skippingControlTokens: false) == generation.text)
        }
        let skipped = tokenizer.decode([504, 3575, 2], skippingControlTokens: true)
        #expect(skipped == "The capital")
    }

    @Test("the model's special tokens and sizes are known")
    func properties() {
        #expect(tokenizer.vocabularyCount == 49152)
        #expect(tokenizer.controlTokens == Array(0...16))
        #expect(tokenizer.bosToken == 1)
        #expect(tokenizer.eosToken == 2)
        #expect(tokenizer.paddingToken == 2)
        #expect(!tokenizer.addsBosToken)
        #expect(tokenizer.preTokenizer == .smollm)
        #expect(tokenizer.controlToken("<|im_end|>") == 2)
        #expect(tokenizer.controlToken("The") == nil)
        #expect(tokenizer.bytes(of: 905) == Array(" world".utf8))
        #expect(tokenizer.bytes(of: -1) == nil)
        #expect(tokenizer.bytes(of: 49152) == nil)
        #expect(tokenizer.decode([-5, 504, 1 << 30], skippingControlTokens: true) == "The")
    }

    @Test("no spelling of a control token yields a control token in plain text")
    func plainText() throws {
        let control = Set(tokenizer.controlTokens)
        let spellings = try tokenizer.controlTokens.map { token in
            String(decoding: try #require(tokenizer.bytes(of: token)), as: UTF8.self)
        }
        let surroundings = [("", ""), (" ", " "), ("a", "b"), ("\n", "\n"), ("<", ">"), ("1", "2")]
        for spelling in spellings {
            for (before, after) in surroundings {
                let text = before + spelling + after
                let plain = tokenizer.encode(text, recognisingControlTokens: false)
                #expect(control.isDisjoint(with: plain), "\(spelling)")
                #expect(tokenizer.decode(plain, skippingControlTokens: true) == text)
                #expect(!control.isDisjoint(with: tokenizer.encode(text, recognisingControlTokens: true)))
            }
        }
        let all = spellings.joined()
        #expect(control.isDisjoint(with: tokenizer.encode(all, recognisingControlTokens: false)))
        #expect(tokenizer.encode(all, recognisingControlTokens: true) == tokenizer.controlTokens)
    }

    @Test("bytes that the vocabulary lacks are left out, and only those")
    func unencodable() {
        #expect(tokenizer.unencodableBytes.prefix(6) == [0x04, 0x06, 0x13, 0x14, 0x16, 0x1D])
        #expect(tokenizer.unencodableBytes.count == 21)
        #expect(tokenizer.unencodableBytes.dropFirst(6).allSatisfy { $0 >= 0xC0 })
        let tokens = tokenizer.encode("!\u{04}!", recognisingControlTokens: false)
        #expect(tokens == tokenizer.encode("!!", recognisingControlTokens: false))
        #expect(tokenizer.encode("\u{04}", recognisingControlTokens: false).isEmpty)
    }

    @Test("any text comes back, but for bytes that the vocabulary lacks")
    func roundTrip() {
        let missing = Set(tokenizer.unencodableBytes)
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<3000 {
            let text = generator.text(upTo: 120)
            let tokens = tokenizer.encode(text, recognisingControlTokens: false)
            let bytes = tokenizer.decodeBytes(tokens, skippingControlTokens: false)
            #expect(bytes == text.utf8.filter { !missing.contains($0) })
        }
    }
}
