import TensorKernels

/// A model file, checked and ready: its shape, tokenizer and weights, which stay quantised in the mapped file.
package final class LanguageModel: Sendable {
    /// The path it was loaded from.
    package let path: String

    /// The transformer's shape.
    package let configuration: ModelConfiguration

    /// The tokenizer of the file's own tables.
    package let tokenizer: Tokenizer

    /// How chats are laid out for this model.
    package let chatTemplate: ChatTemplate

    /// The mapped file.
    package let file: GGUFFile

    private let embedding: GGUFTensor
    private let rotaryFactors: [Float]

    /// Loads a GGUF file and checks that every tensor it will need is there with the right shape.
    ///
    /// - Throws: `GGUFError`, `TokenizerError` or `LanguageModelError`, each naming the field or tensor.
    package init(path: String) throws {
        self.path = path
        file = try GGUFFile(path: path)
        configuration = try ModelConfiguration(file: file)
        tokenizer = try Tokenizer(file: file)
        chatTemplate = try ChatTemplate(file: file, tokenizer: tokenizer)
        embedding = try file.requireTensor(
            "token_embd.weight", shape: [configuration.embeddingLength, configuration.vocabularyCount])
        if let factors = file.tensors["rope_freqs.weight"] {
            rotaryFactors = file.values(of: factors)
        } else {
            rotaryFactors = []
        }
        try checkTensors()
    }

    private func checkTensors() throws(LanguageModelError) {
        let width = configuration.embeddingLength
        for layer in 0..<configuration.blockCount {
            try file.requireTensor("blk.\(layer).attn_norm.weight", shape: [width])
            try file.requireTensor("blk.\(layer).ffn_norm.weight", shape: [width])
            for map in LinearMap.allCases {
                let (input, output) = map.widths(configuration)
                try file.requireTensor("blk.\(layer).\(map.tensorName).weight", shape: [input, output])
                if file.tensors["blk.\(layer).\(map.tensorName).bias"] != nil {
                    try file.requireTensor("blk.\(layer).\(map.tensorName).bias", shape: [output])
                }
            }
        }
        try file.requireTensor("output_norm.weight", shape: [width])
        if file.tensors["output.weight"] != nil {
            try file.requireTensor("output.weight", shape: [width, configuration.vocabularyCount])
        }
    }

    /// Cosines and sines for positions below `positionCount`.
    func rotaryTable(positionCount: Int) -> RotaryTable {
        RotaryTable(
            positionCount: positionCount, dimension: configuration.rotaryDimension, base: configuration.rotaryBase,
            frequencyFactors: rotaryFactors)
    }

    /// Room for one layer's weights.
    func makeLayerWeights(layer: Int, withBackward: Bool) -> LayerWeights {
        let hasBias = LinearMap.allCases.map { file.tensors["blk.\(layer).\($0.tensorName).bias"] != nil }
        return LayerWeights(configuration: configuration, hasBias: hasBias, withBackward: withBackward)
    }

    /// Dequantises a layer into `weights`, on the pool's threads.
    func fill(_ weights: LayerWeights, layer: Int, pool: WorkerPool) throws {
        copy("blk.\(layer).attn_norm.weight", into: weights.attentionNorm)
        copy("blk.\(layer).ffn_norm.weight", into: weights.feedForwardNorm)
        var parts: [(map: LinearMap, rows: Range<Int>)] = []
        for map in LinearMap.allCases {
            if let bias = weights.bias(map) { copy("blk.\(layer).\(map.tensorName).bias", into: bias) }
            let output = map.widths(configuration).output
            for start in stride(from: 0, to: output, by: 64) { parts.append((map, start..<min(output, start + 64))) }
        }
        try pool.run(parts.count) { task, _ in
            let (map, rows) = parts[task]
            let (input, output) = map.widths(configuration)
            guard let tensor = file.tensors["blk.\(layer).\(map.tensorName).weight"] else { return }
            let forward = weights.forward(map).pointer + rows.lowerBound
            if let backward = weights.backward(map) {
                let stored = backward.pointer + rows.lowerBound * input
                file.dequantizeRows(of: tensor, rows, into: stored)
                transpose(stored, rows: rows.count, columns: input, into: forward, targetStride: output)
            } else {
                let stored = FloatBuffer(count: rows.count * input)
                file.dequantizeRows(of: tensor, rows, into: stored.pointer)
                transpose(stored.pointer, rows: rows.count, columns: input, into: forward, targetStride: output)
            }
        }
    }

    /// The output norm and the vocabulary map (the embedding's own where the file ties them).
    func makeHead(pool: WorkerPool) throws -> LanguageModelHead {
        let norm = FloatBuffer(count: configuration.embeddingLength)
        copy("output_norm.weight", into: norm)
        let tensor = file.tensors["output.weight"] ?? embedding
        let width = configuration.embeddingLength
        let weights = FloatBuffer(count: configuration.vocabularyCount * width)
        let step = 1024
        try pool.run((configuration.vocabularyCount + step - 1) / step) { task, _ in
            let rows = task * step..<min(configuration.vocabularyCount, (task + 1) * step)
            file.dequantizeRows(of: tensor, rows, into: weights.pointer + rows.lowerBound * width)
        }
        return LanguageModelHead(model: configuration, norm: norm, weights: weights)
    }

    /// Writes the embeddings of `tokens`, tokens × model width.
    func embed(_ tokens: some Collection<Int32>, into target: UnsafeMutablePointer<Float>) {
        for (row, token) in tokens.enumerated() {
            let index = Int(token)
            file.dequantizeRows(
                of: embedding, index..<index + 1, into: target + row * configuration.embeddingLength)
        }
    }

    private func copy(_ name: String, into buffer: FloatBuffer) {
        guard let tensor = file.tensors[name] else { return }
        file.dequantizeRows(of: tensor, 0..<1, into: buffer.pointer)
    }
}
