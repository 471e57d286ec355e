import ForgetFilter
import LanguageModels
import TestSupport
import Testing

@Suite("Windows of rows")
struct RowWindowsTests {
    private func lay(_ rows: [Conversation], window: Int = 16, prompt: Int = 32) throws -> (RowWindows, Tokenizer) {
        let model = try Tiny.model()
        var settings = ForgetFilterSettings()
        settings.windowTokens = window
        settings.promptTokens = prompt
        return (RowWindows(rows, model: model, settings: settings), model.tokenizer)
    }

    @Test("Every token of a response lies in exactly one window", arguments: [1, 15, 16, 23, 24, 40, 64, 65, 300])
    func whole(length: Int) throws {
        let text = String(repeating: "x", count: length)
        let (set, tokenizer) = try lay([Tiny.row(1, ("hi", text))])
        let ranges = set.windows.map(\.tokens)
        #expect(ranges.first?.lowerBound == 0)
        // The end of the turn is a token of its own.
        #expect(ranges.last?.upperBound == length + 1)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(ranges.allSatisfy { (1...24).contains($0.count) })
        // What the spans hold is what the windows say.
        var spelled = ""
        for ((sequence, spans), hasPrompt) in zip(zip(set.sequences, set.spans), set.beginsWithPrompt) {
            for span in spans.dropFirst(hasPrompt ? 1 : 0) {
                spelled += tokenizer.decode(Array(sequence.tokens[span]), skippingControlTokens: false)
            }
        }
        #expect(spelled == text + "<|im_end|>")
    }

    @Test("Each turn has a prompt of its own, read up to its last tokens")
    func turns() throws {
        let (set, tokenizer) = try lay([
            Tiny.row(1, (String(repeating: "a", count: 100), "one"), ("b", "two")), Tiny.row(2, ("c", "three")),
        ])
        #expect(set.rowCount == 2 && set.promptCount == 3)
        #expect(set.windows.map(\.row) == [0, 0, 1] && set.windows.map(\.turn) == [0, 1, 0])
        #expect(set.windows.map(\.prompt) == [0, 1, 2])
        let prompts = zip(set.sequences, set.spans).map {
            tokenizer.decode(Array($0.tokens[$1[0]]), skippingControlTokens: false)
        }
        #expect(prompts[0].hasSuffix("aaaa<|im_end|>\n<|im_start|>assistant\n") && set.spans[0][0].count == 32)
        #expect(prompts[1].hasSuffix("b<|im_end|>\n<|im_start|>assistant\n"))
    }

    @Test("A row that says nothing as the assistant has no window")
    func silent() throws {
        let (set, _) = try lay([Conversation(id: 1, messages: [ChatMessage(role: "user", content: "hi")])])
        #expect(set.rowCount == 1 && set.windows.isEmpty)
    }

    @Test("Long answers over several turns: each token of each turn in one window, each window in its own text")
    func longTurns() throws {
        let answers = [300, 7, 129, 64].enumerated().map { String(repeating: "abcd"[$0.offset], count: $0.element) }
        let question = String(repeating: "q", count: 200)
        let (set, tokenizer) = try lay([
            Tiny.row(1, ("x", "y")), Tiny.row(2, (question, answers[0]), (question, answers[1])),
            Tiny.row(3, (question, answers[2]), ("z", answers[3])),
        ])
        #expect(set.promptCount == 5 && set.spans.count == set.sequences.count)
        var texts: [[Int]: String] = [:]
        var windows = set.windows[...]
        for ((sequence, spans), hasPrompt) in zip(zip(set.sequences, set.spans), set.beginsWithPrompt) {
            #expect(spans.last?.upperBound == sequence.tokens.count)
            #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
            if hasPrompt { #expect(spans[0].count <= 32 && spans[0].upperBound == spans[1].lowerBound) }
            for span in spans.dropFirst(hasPrompt ? 1 : 0) {
                let next = windows.popFirst()
                let window = try #require(next)
                #expect(span.count == window.tokens.count)
                let spelled = texts[[window.row, window.turn], default: ""]
                #expect(spelled.utf8.count == window.tokens.lowerBound)
                // A token is a character here, but for the end of the turn.
                texts[[window.row, window.turn]] =
                    spelled + tokenizer.decode(Array(sequence.tokens[span]), skippingControlTokens: true)
            }
        }
        #expect(windows.isEmpty)
        #expect(
            texts == [[0, 0]: "y", [1, 0]: answers[0], [1, 1]: answers[1], [2, 0]: answers[2], [2, 1]: answers[3]])
    }
}

extension String {
    fileprivate subscript(offset: Int) -> Character { self[index(startIndex, offsetBy: offset)] }
}
