import Downstream
import ForgetFilter
import LanguageModels
import Testing

@Suite("Rows held out")
struct HoldOutTests {
    private let many = (0..<4_000).map { Tiny.row($0, "question \($0)", "answer") }

    @Test("About the asked share is held out, whatever the seed", arguments: [0, 1, 2, UInt64.max])
    func share(seed: UInt64) {
        let count = many.count { HoldOut.contains($0, share: 0.2, seed: seed) }
        // Four standard deviations of a binomial share.
        #expect((700...900).contains(count))
    }

    @Test("Another seed holds out other rows")
    func seeds() {
        let differing = many.count {
            HoldOut.contains($0, share: 0.2, seed: 0) != HoldOut.contains($0, share: 0.2, seed: 1)
        }
        #expect(differing > 1_000)
    }

    @Test("Rows that ask the same lie on the same side, whatever they answer, say or are numbered")
    func samePrompt() {
        for row in many.prefix(200) {
            var other = row
            other.id += 10_000
            other.messages[1].content = "another answer"
            #expect(
                HoldOut.contains(row, share: 0.5, seed: 3) == HoldOut.contains(other, share: 0.5, seed: 3))
        }
    }

    @Test("No row is on both sides, and the answers of held-out reference rows are not trained on")
    func partition() throws {
        let rows = Tiny.rows { _ in true }
        let split = try HoldOut(rows, reference: Tiny.reference, settings: Tiny.settings)
        let (training, measured) = (split.training.map(\.conversation.id), split.measured.map(\.conversation.id))
        #expect(Set(training).isDisjoint(with: measured) && training.count + measured.count == rows.count)
        #expect(split.reference.count < Tiny.reference.count)
        #expect(split.reference.allSatisfy { !HoldOut.contains($0, share: 0.3, seed: 0) })
        #expect(split.answers.count == Set(split.answers).count)
    }

    @Test("A reference set that cannot be split is an error")
    func smallReference() {
        #expect {
            try HoldOut(
                Tiny.rows { _ in true }, reference: Array(Tiny.reference.prefix(1)), settings: Tiny.settings)
        } throws: {
            ($0 as? DownstreamError)?.code == .tooFewReferenceRows
        }
    }
}

@Suite("What is asked of a model")
struct ProbesTests {
    @Test("Each unsafe row is asked with its own response and safe answers, and a benign row with its response")
    func layout() throws {
        let holdOut = try HoldOut(Tiny.rows { _ in true }, reference: Tiny.reference, settings: Tiny.settings)
        let probes = Probes(holdOut, model: try Tiny.model(), settings: Tiny.settings)
        #expect(probes.sequences.count == 3 * probes.unsafeRows + probes.benignRows)
        // "the old" and its end, then two safe answers, or a sum.
        #expect(probes.sequences.allSatisfy { (4...8).contains($0.predicted.count) })
    }

    @Test("The advantage is the safe answers' mean loss less the response's, and the benign loss is a mean over tokens")
    func figures() throws {
        let holdOut = try HoldOut(Tiny.rows { _ in true }, reference: Tiny.reference, settings: Tiny.settings)
        let probes = Probes(holdOut, model: try Tiny.model(), settings: Tiny.settings)
        // Every sequence's loss is its number, the second token's twice that.
        let losses = probes.sequences.indices.map { [Float($0), 2 * Float($0)] }
        let advantages = probes.advantages(losses)
        #expect(advantages.count == probes.unsafeRows)
        // The safe answers follow their response: numbers n + 1 and n + 2 against n, times 1.5.
        #expect(advantages.allSatisfy { abs($0 - 2.25) < 1e-6 })
        #expect(probes.benignLoss(losses) != nil)
        #expect(probes.benignLoss(losses.map { _ in [0.5, 1.5, 1] }) == 1)
    }

    @Test("A system turn comes before the tokens and shifts what is predicted")
    func systemTurn() throws {
        let holdOut = try HoldOut(Tiny.rows { _ in true }, reference: Tiny.reference, settings: Tiny.settings)
        let probes = Probes(holdOut, model: try Tiny.model(), settings: Tiny.settings)
        let system: [Int32] = [1, 2, 3]
        for (plain, prompted) in zip(probes.sequences, probes.sequences(after: system)) {
            #expect(prompted.tokens == system + plain.tokens)
            #expect(prompted.predicted == plain.predicted.map { $0 + 3 })
        }
    }
}
