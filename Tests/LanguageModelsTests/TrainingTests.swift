import Foundation
import LanguageModels
import TensorKernels
import TestSupport
import Testing

@Suite("LoRA training against PyTorch")
struct TrainingTests {
    private struct Outcome: Equatable {
        var losses: [Double] = []
        var norms: [Double] = []
        var gradients: [String: (norm: Double, first8: [Float])] = [:]
        var parameters: [Float] = []

        static func == (a: Outcome, b: Outcome) -> Bool {
            a.losses == b.losses && a.norms == b.norms && a.parameters == b.parameters
        }
    }

    private func rows(_ fixture: Fixtures.Training) -> [TokenSequence] {
        fixture.sequences.map {
            let start = Int32($0.prompt.count)
            return TokenSequence(
                tokens: $0.prompt + $0.response, predicted: (start..<start + Int32($0.response.count)).map { $0 })
        }
    }

    private func train(_ sequences: [TokenSequence], batches: [[Int]], threads: Int) throws -> Outcome {
        let model = try Fixtures.model.get()
        let pool = WorkerPool(threadCount: threads)
        let prepared = try model.prepare(sequences, layersBelow: 28, precision: .float32, pool: pool)
        let adapted = try AdaptedModel(
            model: model,
            adapters: AdapterConfiguration(rank: 4, alpha: 8, firstLayer: 28, maps: [.query, .value]),
            longest: 128, seed: 0, pool: pool)
        adapted.adapters.setMatrices { _, map, component, input in
            let width = Double(
                map == .down ? model.configuration.feedForwardLength : model.configuration.embeddingLength)
            return Float(cos(Double(component) * width + Double(input)) / width.squareRoot())
        }
        var outcome = Outcome()
        try adapted.train(
            prepared, plan: TrainingPlan(batches: batches), optimizer: AdamW(learningRate: 1e-3),
            onGradient: { gradients in
                guard outcome.gradients.isEmpty else { return }
                for layer in 28...29 {
                    for (map, name) in [(LinearMap.query, "attn_q"), (.value, "attn_v")] {
                        for isB in [false, true] {
                            guard let range = adapted.adapters.range(layer: layer, map, matrixB: isB) else { continue }
                            let values = range.map { gradients.pointer[$0] }
                            // B is output × padded rank, the fixture's first eight are the first two outputs' four.
                            let first8 = (0..<2).flatMap { row in (0..<4).map { values[row * 8 + $0] } }
                            outcome.gradients["blk.\(layer).\(name).\(isB ? "B" : "A")"] = (
                                values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot(), first8
                            )
                        }
                    }
                }
            },
            progress: { step, _ in
                outcome.losses.append(step.loss)
                outcome.norms.append(step.gradientNorm)
            })
        outcome.parameters = adapted.adapters.snapshot()
        return outcome
    }

    @Test("Ten steps follow the fixture's losses and gradient norms")
    func trajectory() throws {
        let fixture = try Fixtures.load("lora_training.json", as: Fixtures.Training.self)
        let outcome = try train(
            rows(fixture), batches: [[Int]](repeating: [0, 1], count: fixture.trajectory.count), threads: 2)
        try #require(outcome.losses.count == fixture.trajectory.count)
        for (index, step) in fixture.trajectory.enumerated() {
            #expect(abs(outcome.losses[index] - step.loss) < 1e-3, "step \(index)")
            #expect(abs(outcome.norms[index] - step.grad_norm) < 0.01 * step.grad_norm, "step \(index)")
        }
        for (name, gradient) in fixture.step0_gradients {
            let computed = try #require(outcome.gradients[name])
            #expect(abs(computed.norm - gradient.norm) <= 0.01 * gradient.norm, "\(name)")
            for (a, b) in zip(computed.first8, gradient.first8) {
                #expect(abs(a - b) <= 0.01 * Float(gradient.norm), "\(name)")
            }
        }
    }

    @Test("The same bits on one, two and five threads, and from run to run")
    func repeatable() throws {
        let fixture = try Fixtures.load("lora_training.json", as: Fixtures.Training.self)
        let sequences = rows(fixture) + rows(fixture).reversed() + rows(fixture)
        let batches = [[0, 1, 2, 3, 4], [5, 0, 3], [1]]
        let first = try train(sequences, batches: batches, threads: 1)
        for threads in [1, 2, 5] {
            #expect(try train(sequences, batches: batches, threads: threads) == first)
        }
    }

    @Test("Every map's adapter has the gradient that finite differences give")
    func finiteDifferences() throws {
        let model = try Fixtures.model.get()
        let fixture = try Fixtures.load("lora_training.json", as: Fixtures.Training.self)
        let pool = WorkerPool(threadCount: 2)
        let sequences = rows(fixture)
        let prepared = try model.prepare(sequences, layersBelow: 28, precision: .float32, pool: pool)
        let adapted = try AdaptedModel(
            model: model, adapters: AdapterConfiguration(rank: 3, alpha: 6, firstLayer: 28), longest: 128, seed: 3,
            pool: pool)
        // B away from zero, so that A has a gradient too.
        var generator = SeededGenerator(seed: 11)
        for index in 0..<adapted.adapters.parameters.count where index % adapted.adapters.configuration.paddedRank < 3 {
            adapted.adapters.parameters.pointer[index] += (generator.uniform() - 0.5) * 0.02
        }
        adapted.adapters.refreshTransposed()
        let start = adapted.adapters.snapshot()
        func meanLoss() throws -> Double {
            let losses = try adapted.losses(prepared).joined().map(Double.init)
            return losses.reduce(0, +) / Double(losses.count)
        }
        var gradient: [Float] = []
        try adapted.train(
            prepared, plan: TrainingPlan(batches: [[0, 1]]), optimizer: AdamW(learningRate: 0),
            onGradient: { gradient = $0.array })
        for layer in 28...29 {
            for map in LinearMap.allCases {
                for matrixB in [false, true] {
                    // The derivative along the gradient itself is its squared norm.
                    let range = try #require(adapted.adapters.range(layer: layer, map, matrixB: matrixB))
                    let norm = range.reduce(0.0) { $0 + Double(gradient[$1]) * Double(gradient[$1]) }.squareRoot()
                    try #require(norm > 0)
                    let step = 0.05
                    func loss(_ sign: Double) throws -> Double {
                        var moved = start
                        for index in range { moved[index] += Float(sign * step * Double(gradient[index]) / norm) }
                        adapted.adapters.restore(moved)
                        return try meanLoss()
                    }
                    let slope = (try loss(1) - loss(-1)) / (2 * step)
                    #expect(abs(slope - norm) < 0.02 * norm + 2e-4, "layer \(layer) \(map) \(matrixB ? "B" : "A")")
                }
            }
        }
    }
}
