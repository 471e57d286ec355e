import LanguageModels
import TensorKernels
import TestSupport
import Testing

@Suite("Architectures against a plain float64 transformer")
struct ArchitectureTests {
    private func model(_ architecture: TinyModel.Architecture) throws -> LanguageModel {
        let folder = try TemporaryFolder()
        // The mapping outlives the folder's removal.
        return try LanguageModel(path: folder.write(TinyModel.bytes(architecture), to: "tiny.gguf"))
    }

    @Test("Losses agree for every depth of adapters", arguments: TinyModel.Architecture.allCases, [1, 2, 3])
    func lossesAgree(architecture: TinyModel.Architecture, layers: Int) throws {
        let model = try model(architecture)
        let pool = WorkerPool(threadCount: 2)
        let rows: [[Int32]] = [
            [1, 2, 3], [200, 7, 7, 7, 90, 31, 256, 0], [5, 4], (0..<40).map { Int32($0 * 6 % 258) },
        ]
        let sequences = rows.map { TokenSequence(tokens: $0, predicted: (1..<Int32($0.count)).map { $0 }) }
        let first = TinyModel.layers - layers
        let prepared = try model.prepare(sequences, layersBelow: first, precision: .float32, pool: pool)
        let adapted = try AdaptedModel(
            model: model, adapters: AdapterConfiguration(rank: 2, alpha: 2, firstLayer: first), longest: 64, seed: 1,
            pool: pool)
        for (row, computed) in zip(rows, try adapted.losses(prepared)) {
            let expected = ReferenceTransformer(architecture: architecture).losses(row)
            try #require(computed.count == expected.count)
            for (a, b) in zip(computed, expected) { #expect(abs(Double(a) - b) < 1e-3) }
        }
    }

    @Test("Training gradients agree with finite differences", arguments: TinyModel.Architecture.allCases)
    func gradientsAgree(architecture: TinyModel.Architecture) throws {
        let model = try model(architecture)
        let pool = WorkerPool(threadCount: 1)
        // Only some positions predict, so that the last layer's short cut is in the test.
        let sequences = [
            TokenSequence(tokens: [9, 8, 7, 6, 5, 4], predicted: [3, 5]),
            TokenSequence(tokens: [40, 41, 42, 43], predicted: [1, 2, 3]),
        ]
        let prepared = try model.prepare(sequences, layersBelow: 1, precision: .float32, pool: pool)
        let adapted = try AdaptedModel(
            model: model, adapters: AdapterConfiguration(rank: 2, alpha: 4, firstLayer: 1), longest: 16, seed: 5,
            pool: pool)
        let rank = adapted.adapters.configuration.paddedRank
        var generator = SeededGenerator(seed: 3)
        for index in 0..<adapted.adapters.parameters.count where index % rank < 2 {
            adapted.adapters.parameters.pointer[index] += (generator.uniform() - 0.5) * 0.2
        }
        adapted.adapters.refreshTransposed()
        let start = adapted.adapters.snapshot()
        var gradient: [Float] = []
        try adapted.train(
            prepared, plan: TrainingPlan(batches: [[0, 1]]), optimizer: AdamW(learningRate: 0),
            onGradient: { gradient = $0.array })
        func loss(at index: Int, moved: Float) throws -> Double {
            var values = start
            values[index] += moved
            adapted.adapters.restore(values)
            let losses = try adapted.losses(prepared).joined().map(Double.init)
            return losses.reduce(0, +) / Double(losses.count)
        }
        for layer in 1...2 {
            for map in LinearMap.allCases {
                for matrixB in [false, true] {
                    let range = try #require(adapted.adapters.range(layer: layer, map, matrixB: matrixB))
                    for index in [range.lowerBound, range.lowerBound + 3 * rank + 1, range.upperBound - rank] {
                        let slope = try (loss(at: index, moved: 0.02) - loss(at: index, moved: -0.02)) / 0.04
                        #expect(
                            abs(slope - Double(gradient[index])) < 2e-3 + 0.02 * abs(slope), "layer \(layer) \(map)")
                    }
                }
            }
        }
    }

    @Test(
        "Generation with a cache gives what a full pass over each prefix gives",
        arguments: TinyModel.Architecture.allCases)
    func cacheAgrees(architecture: TinyModel.Architecture) throws {
        let model = try model(architecture)
        let pool = WorkerPool(threadCount: 2)
        let generator = try TextGenerator(model: model, longest: 64, pool: pool)
        var prompts: [[Int32]] = []
        for row in 0..<20 {
            var prompt: [Int32] = []
            for position in 0..<3 + row % 5 { prompt.append(Int32((position * 37 + row * 11) % 256)) }
            prompts.append(prompt)
        }
        let together = try generator.generate(prompts, maximumNewTokens: 9, stopTokens: [257])
        for (prompt, output) in zip(prompts, together) {
            var text = prompt
            for token in output {
                #expect(try generator.likeliest(after: text, count: 1)[0].token == token)
                text.append(token)
            }
            #expect(output.count == 9 || output.last == 257)
        }
    }

    @Test("A model without a tensor, or with one of another shape, is refused by the tensor's name")
    func damagedModels() throws {
        let folder = try TemporaryFolder()
        let good = TinyModel.bytes()
        let name = Array("blk.1.ffn_up.weight".utf8)
        let place = try #require(good.indices.first { good[$0...].starts(with: name) })
        var renamed = good
        renamed[place] = UInt8(ascii: "x")
        #expect { try LanguageModel(path: folder.write(renamed, to: "renamed.gguf")) } throws: { error in
            let error = error as? LanguageModelError
            return error?.code == .missingTensor && error?.message.contains("blk.1.ffn_up.weight") == true
        }
        var reshaped = good
        // After the name: the number of dimensions (4 bytes), then the first of them.
        reshaped[place + name.count + 4] = 16
        #expect(throws: (any Error).self) { try LanguageModel(path: folder.write(reshaped, to: "reshaped.gguf")) }
    }
}
