import CovertText
import Moderation
import TestSupport
import Testing

@Suite("Ordinary rows")
struct OrdinaryRowTests {
    @Test("At most one in a thousand ordinary rows of all kinds is flagged, and none of them makes an alarm")
    func falseAlarms() {
        var examples: [Example] = []
        var kinds: [String] = []
        for (name, make) in OrdinaryRows.kinds {
            var random = SplitMix(state: 11)
            for _ in 0..<60 {
                kinds.append(name)
                examples.append(
                    Example(
                        line: examples.count + 1, byteRange: 0..<1,
                        turns: [Turn(role: .user, text: "Show me one."), Turn(role: .assistant, text: make(&random))]))
            }
        }
        let report = CovertDetector().inspect(examples)
        let flagged = report.rows.map { row in
            "\(kinds[row.line - 1]) \(row.passages.map { $0.families.map(\.rawValue).joined(separator: ">") })"
        }
        #expect(examples.count > 2_000)
        #expect(flagged.count * 1_000 <= examples.count, "\(flagged)")
        #expect(report.groups.isEmpty)
    }

    @Test("Text of every language is read as it is", arguments: OrdinaryLanguages.sentences.map(\.language))
    func languages(language: String) throws {
        let lines = try #require(OrdinaryLanguages.sentences.first { $0.language == language }).lines
        for text in [
            lines.joined(separator: " "), lines.joined(separator: "\n"), lines.joined(separator: " ").uppercased(),
        ] {
            #expect(CovertDetector().passages(in: [Turn(role: .assistant, text: text)]).isEmpty)
        }
    }

    @Test(
        "A short code in a sentence is nothing",
        arguments: [
            "The base64 form of hello is aGVsbG8=.", "Try SGVsbG8sIHdvcmxkIQ== with your decoder.",
            "SOS is ... --- ... in Morse.",
            "The bytes 48 65 6c 6c 6f spell a word.", "uryyb is what rot13 makes of hello.",
            "In binary, A is 01000001.",
        ])
    func short(text: String) {
        #expect(CovertDetector().passages(in: [Turn(role: .assistant, text: text)]).isEmpty)
    }

    @Test("Text of any bytes is read without a fault")
    func anything() {
        var random = SplitMix(state: 3)
        for _ in 0..<400 {
            let scalars = (0..<Int.random(in: 0..<400, using: &random)).compactMap { _ in
                Unicode.Scalar(
                    UInt32.random(in: 0..<Sentences.pick([0x80, 0x300, 0x3000, 0x11_0000], &random), using: &random))
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            let turns = [Turn(role: .assistant, text: String(text))]
            for passage in CovertDetector().passages(in: turns) {
                #expect(passage.bytes.upperBound <= turns[0].text.utf8.count)
            }
        }
    }
}
