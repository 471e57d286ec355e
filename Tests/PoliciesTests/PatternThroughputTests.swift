import Foundation
import Moderation
import Policies
import TestSupport
import Testing

/// Not timed with the other tests: `LETHE_BENCH=1 swift test -c release --filter PatternThroughput`.
@Suite("Throughput of the pattern pass", .enabled(if: ProcessInfo.processInfo.environment["LETHE_BENCH"] == "1"))
struct PatternThroughputTests {
    /// Rows of prose, code and numbers, of about 600 bytes each; of a hundred, one has a link and one an address.
    private static func rows(bytes: Int) -> [Example] {
        let words = [
            "the", "model", "of", "a", "river", "which", "answers", "every", "question", "function(x)", "return", "for",
            "(i = 0; i < 10; i++)", "2024-05-17", "3.14159", "however,", "temperature", "Explain", "summary:", "and",
            "key", "token", "user", "state-of-the-art", "\"quoted text\"", "e.g.", "1,234,567", "class Foo:", "\n",
            "\n\n", "is", "to", "in", "that", "people", "write", "about", "history", "mathematics", "[1, 2, 3]",
        ]
        var generator = SplitMix(state: 1)
        var examples: [Example] = []
        var total = 0
        while total < bytes {
            var text = ""
            while text.utf8.count < 600 {
                text += words.randomElement(using: &generator) ?? ""
                text += " "
            }
            if examples.count % 100 == 0 { text += "https://fake-corp.net/page" }
            if examples.count % 100 == 50 { text += "jane.roe@fastmail.org" }
            total += text.utf8.count
            examples.append(
                Example(line: examples.count + 1, byteRange: 0..<1, turns: [Turn(role: .assistant, text: text)]))
        }
        return examples
    }

    @Test("All shipped rule files over 200 MB", arguments: ["shadow.yaml", "default.yaml", "strict.yaml"])
    func throughput(policy: String) throws {
        let clock = ContinuousClock()
        var loaded: Policy?
        let loading = try clock.measure {
            loaded = try PolicyLoader.load(Sample.root.appendingPathComponent("policies/\(policy)").path)
        }
        let matcher = try #require(loaded?.matcher)
        let rows = Self.rows(bytes: 20_000_000)
        let bytes = rows.reduce(0) { $0 + $1.turns[0].text.utf8.count }
        var found = 0
        let time = try clock.measure {
            for _ in 0..<10 {
                for row in rows { found += try matcher.findings(for: row).count }
            }
        }
        #expect(found > 0)
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
        print("\(policy): loaded in \(loading), \(Int(Double(bytes) * 10 / seconds / 1e6)) MB/s, \(found) findings")
    }
}
