import Foundation
import LanguageModels
import TensorKernels
import TestSupport
import Testing

@Suite("Forward pass against PyTorch")
struct ForwardTests {
    /// Losses of every token after the first, with adapters (that change nothing) on the top `layers`.
    private func losses(_ sequences: [[Int32]], layers: Int, precision: HiddenPrecision = .float32, threads: Int = 2)
        throws -> [[Float]]
    {
        let model = try Fixtures.model.get()
        let pool = WorkerPool(threadCount: threads)
        let rows = sequences.map { TokenSequence(tokens: $0, predicted: (1..<Int32($0.count)).map { $0 }) }
        let first = model.configuration.blockCount - layers
        let prepared = try model.prepare(rows, layersBelow: first, precision: precision, pool: pool)
        let adapted = try AdaptedModel(
            model: model, adapters: AdapterConfiguration(rank: 4, alpha: 8, firstLayer: first),
            longest: rows.map(\.tokens.count).max() ?? 1, seed: 7, pool: pool)
        return try adapted.losses(prepared)
    }

    @Test("Every token's loss is within 1e-3 of the fixture", arguments: [30, 8, 1])
    func fixtureLosses(layers: Int) throws {
        let cases = try Fixtures.load("forward.json", as: [Fixtures.Forward].self)
        let results = try losses(cases.map(\.ids), layers: layers)
        for (fixture, result) in zip(cases, results) {
            try #require(result.count == fixture.nll.count)
            for (index, (computed, expected)) in zip(result, fixture.nll).enumerated() {
                #expect(abs(computed - expected) < 1e-3, "token \(index + 1) of \(fixture.ids.count)")
            }
        }
    }

    @Test("Hidden states kept in float16 move a loss by less than 1e-2")
    func halfPrecision() throws {
        let cases = try Fixtures.load("forward.json", as: [Fixtures.Forward].self)
        let results = try losses(cases.map(\.ids), layers: 8, precision: .float16)
        for (fixture, result) in zip(cases, results) {
            for (computed, expected) in zip(result, fixture.nll) { #expect(abs(computed - expected) < 1e-2) }
        }
    }

    @Test("The five likeliest next tokens come in the fixture's order")
    func topFive() throws {
        let model = try Fixtures.model.get()
        let pool = WorkerPool(threadCount: 2)
        for fixture in try Fixtures.load("forward.json", as: [Fixtures.Forward].self) {
            let generator = try TextGenerator(model: model, longest: fixture.ids.count + 1, pool: pool)
            let top = try generator.likeliest(after: fixture.ids, count: 5)
            #expect(top.map(\.token) == fixture.last_top5.map(\.id))
            for (computed, expected) in zip(top, fixture.last_top5) {
                #expect(abs(computed.logit - expected.logit) < 1e-2)
            }
        }
    }

    @Test("A row's losses do not depend on what it is batched with")
    func batchInvariance() throws {
        let cases = try Fixtures.load("forward.json", as: [Fixtures.Forward].self).map(\.ids)
        let together = try losses(cases + [cases[1], cases[0]], layers: 8)
        for (index, ids) in cases.enumerated() {
            let alone = try losses([ids], layers: 8)[0]
            for (a, b) in zip(alone, together[index]) { #expect(abs(a - b) < 1e-4) }
        }
        #expect(together[4].count == cases[1].count - 1)
    }

    @Test("The same bits on one, two and three threads")
    func threadInvariance() throws {
        let cases = try Fixtures.load("forward.json", as: [Fixtures.Forward].self).map(\.ids)
        let one = try losses(cases, layers: 4, threads: 1)
        #expect(try losses(cases, layers: 4, threads: 2) == one)
        #expect(try losses(cases, layers: 4, threads: 3) == one)
    }
}
