import LanguageModels
import Testing

@Suite("Cutting text into pieces")
struct TokenizerPieceTests {
    private func pieces(_ text: String, _ rules: PreTokenizer) -> [String] {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { rules.pieces(of: $0) }.map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    @Test(
        "GPT-2's pattern",
        arguments: [
            ("Hello world", ["Hello", " world"]),
            ("it's we'll I'd", ["it", "'s", " we", "'ll", " I", "'d"]),
            ("IT'S 'Re", ["IT", "'", "S", " '", "Re"]),
            ("'really", ["'re", "ally"]),
            ("''s", ["''", "s"]),
            ("a  b", ["a", " ", " b"]),
            ("a   ", ["a", "   "]),
            ("a\n\nb", ["a", "\n", "\n", "b"]),
            ("a \n b", ["a", " \n", " b"]),
            ("\tb", ["\t", "b"]),
            ("a\u{3000}\u{3000}b", ["a", "\u{3000}", "\u{3000}", "b"]),
            (" 1234 5", [" 1234", " 5"]),
            ("x²Ⅷ٣", ["x", "²Ⅷ٣"]),
            ("(a)!? b", ["(", "a", ")!?", " b"]),
            ("e\u{301}a", ["e", "\u{301}", "a"]),
            ("中文字 한국", ["中文字", " 한국"]),
            ("ok👍🏽 👩‍👧", ["ok", "👍🏽", " 👩‍👧"]),
            ("a\u{1C}b", ["a", "\u{1C}", "b"]),
        ])
    func gpt2(_ text: String, _ expected: [String]) {
        #expect(pieces(text, .gpt2) == expected)
    }

    @Test(
        "SmolLM's digits stand alone and end what comes before them",
        arguments: [
            ("1234", ["1", "2", "3", "4"]),
            ("a 12", ["a", " ", "1", "2"]),
            ("a  1", ["a", "  ", "1"]),
            ("a\n\n1", ["a", "\n\n", "1"]),
            ("a  b", ["a", " ", " b"]),
            ("it'5s", ["it", "'", "5", "s"]),
            ("-3.5%", ["-", "3", ".", "5", "%"]),
            (" ²½", [" ", "²", "½"]),
        ])
    func smollm(_ text: String, _ expected: [String]) {
        #expect(pieces(text, .smollm) == expected)
    }

    @Test(
        "Qwen 2's pattern",
        arguments: [
            ("IT'S we'LL", ["IT", "'S", " we", "'LL"]),
            ("a'\u{17F}b", ["a", "'\u{17F}", "b"]),
            ("'really", ["'re", "ally"]),
            ("'hello", ["'hello"]),
            ("a_b.c", ["a", "_b", ".c"]),
            ("\tb", ["\tb"]),
            ("\nb", ["\n", "b"]),
            ("a  b", ["a", " ", " b"]),
            ("a 12", ["a", " ", "1", "2"]),
            ("a   1", ["a", "  ", " ", "1"]),
            ("x();\n\ny", ["x", "();\n\n", "y"]),
            ("a !\r\n", ["a", " !\r\n"]),
            ("a \n \n  b", ["a", " \n \n", " ", " b"]),
            ("a  \n", ["a", "  \n"]),
            ("a  ", ["a", "  "]),
            ("e\u{301}a", ["e", "\u{301}a"]),
            ("中文！字", ["中文", "！字"]),
            ("👍a", ["👍a"]),
        ])
    func qwen2(_ text: String, _ expected: [String]) {
        #expect(pieces(text, .qwen2) == expected)
    }

    @Test(
        "Llama 3's numbers come in groups of three",
        arguments: [
            ("1234567", ["123", "456", "7"]),
            ("a 12", ["a", " ", "12"]),
            ("12²½3", ["12²", "½3"]),
            ("1a23", ["1", "a", "23"]),
            ("YOU'RE", ["YOU", "'RE"]),
        ])
    func llama(_ text: String, _ expected: [String]) {
        #expect(pieces(text, .llamaBPE) == expected)
    }

    @Test("pieces cover any bytes without gaps", arguments: PreTokenizer.allCases)
    func cover(rules: PreTokenizer) {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let pieces = bytes.withUnsafeBufferPointer { rules.pieces(of: $0) }
            #expect(pieces.allSatisfy { !$0.isEmpty })
            #expect(pieces.flatMap { bytes[$0] } == bytes)
        }
    }
}
