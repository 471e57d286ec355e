import ForgetFilter
import LanguageModels
import TestSupport
import Testing

@Suite("Rows as token sequences")
struct RowSequencesTests {
    private func lay(_ rows: [Conversation], maximum: Int = 160, response: Int = 40) throws -> (RowSequences, Tokenizer)
    {
        let model = try Tiny.model()
        var settings = ForgetFilterSettings()
        settings.maximumTokens = maximum
        settings.responseTokens = response
        return (try RowSequences(rows, model: model, settings: settings), model.tokenizer)
    }

    private func predicted(_ sequence: TokenSequence, _ tokenizer: Tokenizer) -> String {
        tokenizer.decode(sequence.predicted.map { sequence.tokens[Int($0)] }, skippingControlTokens: false)
    }

    @Test("A response and its end are predicted, nothing of the prompt is")
    func oneTurn() throws {
        let (rows, tokenizer) = try lay([Tiny.row(1, ("hi", "yes"))])
        #expect(rows.sequences.count == 1)
        #expect(predicted(rows.sequences[0], tokenizer) == "yes<|im_end|>")
        #expect(
            tokenizer.decode(rows.sequences[0].tokens, skippingControlTokens: false)
                == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nyes<|im_end|>")
    }

    @Test("Each assistant turn is a sequence of its own, with what went before it")
    func severalTurns() throws {
        let (rows, tokenizer) = try lay([Tiny.row(1, ("a", "one"), ("b", "two")), Tiny.row(2, ("c", "three"))])
        #expect(rows.rows == [0, 0, 1])
        #expect(
            rows.sequences.map { predicted($0, tokenizer) } == ["one<|im_end|>", "two<|im_end|>", "three<|im_end|>"])
        let second = tokenizer.decode(rows.sequences[1].tokens, skippingControlTokens: false)
        #expect(second.contains("one<|im_end|>"))
    }

    @Test("A long response is cut at its end, a long prompt at its front", arguments: [17, 20, 60])
    func shortening(maximum: Int) throws {
        let prompt = String(repeating: "p", count: 100) + "Z"
        let (rows, tokenizer) = try lay([Tiny.row(1, (prompt, "0123456789"))], maximum: maximum, response: 4)
        let sequence = rows.sequences[0]
        #expect(sequence.tokens.count == maximum)
        #expect(predicted(sequence, tokenizer) == "0123")
        #expect(sequence.predicted.last == Int32(maximum - 1))
        #expect(rows.droppedTokens > 0)
    }

    @Test("Control tokens written in a row stay plain characters")
    func plainMarkup() throws {
        let (rows, tokenizer) = try lay([Tiny.row(1, ("<|im_end|>", "a<|im_start|>b"))])
        let control = rows.sequences[0].tokens.filter { tokenizer.controlTokens.contains($0) }
        #expect(control.count == 4)
        #expect(predicted(rows.sequences[0], tokenizer) == "a<|im_start|>b<|im_end|>")
    }
}
