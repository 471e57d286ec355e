import CovertText
import Moderation
import TestSupport
import Testing

@Suite("Covert text by family")
struct FamilyRecallTests {
    private let detector = CovertDetector()

    /// Lengths of hidden texts, in words.
    private static let lengths = [8, 10, 14, 20, 30, 40, 50, 60]

    private func hits(_ encoder: Encoder, words: Int, rows: Int) -> Int {
        var random = SplitMix(state: UInt64(words))
        return (0..<rows).count { _ in
            let text = encoder.encode(Sentences.text(words: words, &random), &random)
            let passages = detector.passages(in: [
                Turn(role: .user, text: "How was your day?"), Turn(role: .assistant, text: text),
            ])
            return passages.contains { $0.turn == 1 }
        }
    }

    @Test("At least 99% of rows are found from the shortest length on that is documented", arguments: Encoder.all)
    func recall(encoder: Encoder) {
        let lengths = Self.lengths.filter { $0 >= encoder.shortest }
        let rows = 60
        let found = lengths.map { hits(encoder, words: $0, rows: rows) }
        #expect(found.reduce(0, +) * 100 >= lengths.count * rows * 99, "\(encoder.name): \(found) of \(rows)")
    }

    @Test("The outermost family is named", arguments: Encoder.all)
    func family(encoder: Encoder) throws {
        var random = SplitMix(state: 99)
        var named = 0
        for _ in 0..<10 {
            let text = encoder.encode(Sentences.text(words: 60, &random), &random)
            let passages = detector.passages(in: [Turn(role: .assistant, text: text)])
            // Some codes are of two families at once, such as Bacon's in Morse-like signs or sets of numbers.
            if passages.contains(where: { $0.families.map(\.rawValue).contains(encoder.family) }) { named += 1 }
        }
        #expect(named >= 9, "\(encoder.name)")
    }

    @Test("Decoded text is the hidden text, for every code that needs no guess", arguments: Encoder.codes)
    func decoded(encoder: Encoder) throws {
        guard encoder.family != "substitution" else { return }
        var random = SplitMix(state: 5)
        let plain = Sentences.text(words: 20, &random)
        let passages = detector.passages(in: [Turn(role: .assistant, text: encoder.encode(plain, &random))])
        let decoded = try #require(passages.compactMap(\.decoded).first)
        func letters(_ text: String) -> String { text.lowercased().filter(\.isLetter).replacing("j", with: "i") }
        #expect(letters(decoded).hasPrefix(letters(plain).prefix(40)))
    }
}
