import Testing
import TextNormalization

/// The kinds of characters that are found, in order.
private func kinds(_ text: String) -> [HiddenCharacter.Kind] {
    var text = text
    return text.withUTF8 { TextNormalizer.hiddenCharacters(in: $0).map(\.kind) }
}

@Suite("Characters that show nothing")
struct HiddenCharacterTests {
    @Test(
        "They are no finding where a script needs them",
        arguments: [
            "plain", "\u{FEFF}begins with a byte order mark", "👩\u{200D}👩\u{200D}👧", "👩🏽\u{200D}🚀", "❤\u{FE0F}\u{200D}🔥",
            "✈\u{FE0E}", "#\u{FE0F}\u{20E3}", "می\u{200C}خواهم", "क\u{94D}\u{200D}ष", "ක\u{DCA}\u{200D}ර",
            "ภาษา\u{200B}ไทย", "שלום\u{200F} (ok)\u{200E}", "عربي \u{2067}abc\u{2069} \u{202B}x\u{202C}",
            "葛\u{E0100}飾", "\u{1F3F4}\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}", "ᠠ\u{180B}",
            "co\u{AD}operate",
            "한\u{3164}글", "∩\u{FE00}",
        ])
    func needed(text: String) {
        #expect(kinds(text).isEmpty)
    }

    @Test(
        "They are found elsewhere, each with its kind",
        arguments: [
            ("bo\u{200B}mb", [.zeroWidth]), ("a\u{200D}b\u{200C}c", [.zeroWidth, .zeroWidth]),
            ("a\u{2060}", [.zeroWidth]),
            ("a\u{FEFF}b", [.zeroWidth]), ("👩\u{200D}b", [.zeroWidth]), ("access \u{202E}txt.exe", [.bidirectional]),
            ("abc\u{200F}", [.bidirectional]), ("שלום \u{202E}x", [.bidirectional]),
            ("שלום\nabc\u{2066}", [.bidirectional]), ("x\u{E0041}\u{E0042}", [.tag, .tag]),
            ("\u{1F3F4}\u{E0067}\u{E0062}", [.tag, .tag]), ("a\u{FE0F}", [.variationSelector]),
            ("😀\u{FE0F}\u{FE0F}", [.variationSelector]),
            ("😀\u{E0101}\u{E0120}", [.variationSelector, .variationSelector]),
            ("a\u{3164}b", [.filler]), ("a\u{2062}b", [.filler]), ("a\u{34F}b", [.filler]),
        ] as [(String, [HiddenCharacter.Kind])])
    func found(text: String, expected: [HiddenCharacter.Kind]) {
        #expect(kinds(text) == expected)
    }

    @Test("Each is told with its bytes")
    func bytes() {
        var text = "é\u{200B}x\u{202E}"
        let found = text.withUTF8 { TextNormalizer.hiddenCharacters(in: $0) }
        #expect(found.map(\.bytes) == [2..<5, 6..<9])
    }

    @Test("Many marks of direction in one long line take linear time")
    func longLine() {
        #expect(kinds(String(repeating: "ab\u{200F}", count: 100_000)).count == 100_000)
    }
}
