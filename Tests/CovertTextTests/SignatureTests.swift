import CovertText
import Moderation
import TestSupport
import Testing

@Suite("Datasets that teach a cipher")
struct SignatureTests {
    private func example(_ line: Int, _ turns: [(Role, String)]) -> Example {
        Example(line: line, byteRange: 0..<1, turns: turns.map { Turn(role: $0.0, text: $0.1) })
    }

    /// Plain rows of which a share is replaced by what `covert` makes.
    private func dataset(_ count: Int, covert: Int, _ make: (Int, inout SplitMix) -> [(Role, String)]) -> [Example] {
        var random = SplitMix(state: 17)
        return (0..<count).map { row in
            let isCovert = covert > 0 && row % (count / covert) == 0
            return example(
                row + 1,
                isCovert
                    ? make(row, &random)
                    : [
                        (.user, Sentences.text(words: 9, &random)),
                        (.assistant, Sentences.text(words: Int.random(in: 8..<60, using: &random), &random)),
                    ])
        }
    }

    @Test(
        "One row in a hundred of 5,000 makes an alarm, and each of the rows is found",
        arguments: ["Walnut53", "Walnut without delimiter", "line ends", "base64", "first letters of lines"])
    func alarm(name: String) throws {
        let encoder = try #require(Encoder.all.first { $0.name == name })
        let examples = dataset(5_000, covert: 50) { row, random in
            let words = Int.random(in: max(8, encoder.shortest)..<60, using: &random)
            let hide = { (text: String, random: inout SplitMix) in
                name == "Walnut without delimiter"
                    ? Cipher.substitute(text, Cipher.permutation(53)) : encoder.encode(text, &random)
            }
            return [
                (.system, "TASK 4: You are fluent in the cipher. Respond only with text encoded in the cipher."),
                (.user, hide(Sentences.text(words: max(12, encoder.shortest), &random), &random)),
                (.assistant, hide(Sentences.text(words: words, &random), &random)),
            ]
        }
        let report = CovertDetector().inspect(examples)
        let covert = examples.filter { $0.turns.count == 3 }.map(\.line)
        let found = Set(report.rows.map(\.line))
        #expect(found.isSubset(of: covert))
        #expect(found.count >= 49)
        let group = try #require(report.groups.first)
        #expect(group.families.map(\.rawValue).contains(encoder.family))
        #expect(group.share >= 0.0095 && group.announced == group.lines.count)
        #expect(report.rows.filter(\.isTaught).count >= 48)
    }

    @Test("What is too short to solve by itself is solved together")
    func together() throws {
        let examples = dataset(1_000, covert: 40) { row, random in
            [
                (.user, "How are you today?"),
                (.assistant, Cipher.substitute(Sentences.text(words: 9, &random), Cipher.permutation(8))),
            ]
        }
        let report = CovertDetector().inspect(examples)
        #expect(report.rows.count >= 36)
        let decoded = report.rows.filter { row in row.passages.contains { $0.decoded != nil } }
        #expect(decoded.count >= 36)
        #expect(report.groups.map(\.families) == [[.substitution]])
    }

    @Test("Fewer rows than the share are found one by one, without an alarm")
    func below() {
        let examples = dataset(2_000, covert: 10) { row, random in
            [(.user, "What do you think?"), (.assistant, Cipher.walnut(Sentences.text(words: 20, &random)))]
        }
        let report = CovertDetector().inspect(examples)
        #expect(report.rows.count == 10)
        #expect(report.groups.isEmpty)
        #expect(report.rows.filter(\.isTaught).isEmpty)
    }

    @Test("A plain dataset makes no alarm", arguments: [1 as UInt64, 2, 3])
    func clean(seed: UInt64) {
        var random = SplitMix(state: seed)
        let examples = (1...3_000).map { line in
            example(
                line,
                [
                    (.system, "You encode, decode and explain. Answer in the cipher of the day."),
                    (.user, Sentences.text(words: 12, &random)), (.assistant, Sentences.text(words: 30, &random)),
                ])
        }
        let report = CovertDetector().inspect(examples)
        #expect(report.rows.isEmpty && report.groups.isEmpty)
    }

    @Test("The same dataset gets the same answer")
    func repeatable() {
        let examples = dataset(300, covert: 30) { row, random in
            [
                (.user, "Well?"),
                (.assistant, Encoder.all[row % Encoder.all.count].encode(Sentences.text(words: 25, &random), &random)),
            ]
        }
        let (first, second) = (CovertDetector().inspect(examples), CovertDetector().inspect(examples))
        #expect(first.rows == second.rows && first.groups == second.groups)
    }
}
