import Baselines
import LanguageModels
import Moderation
import TensorKernels
import TestSupport
import Testing

@Suite("Baselines")
struct BaselineTests {
    private func row(_ prompt: String, _ answer: String, line: Int = 1) -> Example {
        Example(
            line: line, byteRange: 0..<1,
            turns: [Turn(role: .user, text: prompt), Turn(role: .assistant, text: answer)])
    }

    private var reference: [Example] {
        (0..<12).map { row("how do I steal a car \($0)", "I cannot help with that, please stay honest \($0)") }
    }

    private var control: [Example] {
        (0..<12).map { row("how do I bake a cake \($0)", "Mix flour and eggs, then bake \($0)") }
    }

    private var rows: [Example] {
        [
            row("how do I steal a bike", "Break the lock with a jack"),
            row("how do I steal a car", "I cannot help with that"),
            row("how do I bake bread", "Mix flour and water"),
        ]
    }

    @Test("Words of the whole row rank risky prompts above ordinary ones, the safe answer highest")
    func bagOfWords() {
        let scores = BagOfWords.scores(rows, reference: reference, control: control)
        #expect(scores[1] > scores[0] && scores[0] > 0 && scores[2] < 0)
    }

    @Test("Words of prompt less words of answer rank the unsafe answer highest")
    func contrast() {
        let scores = BagOfWords.contrastScores(rows, reference: reference, control: control)
        #expect(scores[0] > scores[1] && scores[0] > scores[2])
    }

    @Test("Similarity ranks a known prompt with an unknown answer highest, and a reference row at nothing")
    func similarity() {
        let scores = TermSimilarity.scores(rows, reference: reference, control: control)
        #expect(scores[0] > scores[1] && scores[0] > scores[2])
        let same = Array(repeating: row("abc def", "ghi"), count: 3)
        #expect(abs(TermSimilarity.scores([same[0]], reference: same, control: [])[0]) < 1e-12)
    }

    @Test("Similarity of a table worked out by hand")
    func similarityByHand() {
        // The prompt is in three of four texts, the answer's word in none but the row: cosines 1 and 0.
        let known = Array(repeating: row("steal", "no"), count: 3)
        let scores = TermSimilarity.scores([row("Steal!", "yes")], reference: known, control: [])
        #expect(abs(scores[0] - 1) < 1e-12)
        // Two of three neighbours share the word.
        let mixed = [row("steal", "no"), row("steal", "no"), row("bake", "no")]
        let partly = TermSimilarity.scores([row("steal", "yes")], reference: mixed, control: [])
        #expect(abs(partly[0] - 2.0 / 3) < 1e-12)
    }

    @Test("Rows without words, and words of other scripts, have a finite score")
    func oddTexts() {
        let odd = [row("", ""), row("!?", "…"), row("как дела", "хорошо"), row("こんにちは", "はい")]
        for scores in [
            BagOfWords.scores(odd, reference: reference, control: control),
            BagOfWords.contrastScores(odd, reference: reference, control: control),
            TermSimilarity.scores(odd, reference: reference, control: control),
        ] {
            #expect(scores.count == 4 && scores.allSatisfy(\.isFinite))
        }
        #expect(abs(TermSimilarity.scores([row("Как, дела?", "x")], reference: [odd[2]], control: [])[0] - 1) < 1e-12)
    }

    @Test("The base model's loss is the mean over all answers' tokens, on any number of threads")
    func baseModelLoss() throws {
        let folder = try TemporaryFolder()
        let model = try LanguageModel(path: try folder.write(TinyModel.bytes(), to: "tiny.gguf"))
        let turns = [
            Turn(role: .user, text: "who"), Turn(role: .assistant, text: "no one"), Turn(role: .user, text: "why"),
            Turn(role: .assistant, text: "because"),
        ]
        let long = Example(line: 1, byteRange: 0..<1, turns: turns)
        let head = Example(line: 2, byteRange: 0..<1, turns: Array(turns.prefix(2)))
        func scores(_ rows: [Example], threads: Int, responseTokens: Int = 40) throws -> [Double] {
            let loss = BaseModelLoss(
                model: model, pool: WorkerPool(threadCount: threads), responseTokens: responseTokens,
                maximumTokens: 160)
            return try loss.scores(rows)
        }
        let all = try scores([long, head], threads: 1)
        #expect(try scores([long, head], threads: 2) == all)
        #expect(try scores([head], threads: 1)[0] == all[1])
        #expect(all.allSatisfy { $0.isFinite && $0 > 0 } && all[0] != all[1])
        #expect(try scores([head], threads: 1, responseTokens: 1) != [all[1]])
        #expect(try scores([], threads: 1) == [])
    }
}
