import TensorKernels

/// One transformer layer over a shard: frozen weights, and adapters where the layer has them.
struct TransformerLayer {
    let index: Int
    let model: ModelConfiguration
    let weights: LayerWeights
    let rotary: RotaryTable
    let adapters: AdapterSet?

    /// In the last layer only the predicting positions are computed past the keys and values.
    let isLast: Bool

    /// y ← x · W + bias + the adapter's share, for `rows` rows; keeps the adapter's inner product for the backward pass.
    func apply(
        _ map: LinearMap, _ x: UnsafeMutablePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>,
        _ activations: LayerActivations
    ) throws(KernelError) {
        let (input, output) = map.widths(model)
        try matrixMultiply(
            MatrixView(x, rowStride: input), MatrixView(weights.forward(map).pointer, rowStride: output),
            into: MatrixView(y, rowStride: output), rows: rows, columns: output, depth: input)
        if let bias = weights.bias(map) { addBias(bias.pointer, into: y, rows: rows, width: output) }
        guard let adapters, let slot = adapters.slot(layer: index, map) else { return }
        let rank = adapters.configuration.paddedRank
        let inner = activations.adapterInputs[map.rawValue]
        projectToRank(
            x, rows: rows, width: input, matrix: adapters.parameters.pointer + slot.a, rank: rank,
            scale: adapters.configuration.scale, into: inner)
        expandFromRank(
            inner, rows: rows, rank: rank, matrix: adapters.transposed.pointer + slot.b, width: output, addingTo: y)
    }

    /// The layer's output for the asking rows, written to `output` (m × d).
    func forward(
        _ shard: Shard, _ a: LayerActivations, _ scratch: LayerScratch, into output: UnsafeMutablePointer<Float>
    ) throws(KernelError) {
        let n = shard.tokenCount
        let m = isLast ? shard.queryCount : n
        let d = model.embeddingLength
        rmsNorm(
            a.input, gain: weights.attentionNorm.pointer, epsilon: model.normEpsilon, rows: n, width: d,
            into: a.normedInput, inverse: a.inputInverse)
        try apply(.key, a.normedInput, rows: n, into: a.key, a)
        try apply(.value, a.normedInput, rows: n, into: a.value, a)
        if isLast {
            shard.queryRows.withUnsafeBufferPointer {
                gatherRows(a.normedInput, indices: $0, width: d, into: a.askingInput)
                gatherRows(a.input, indices: $0, width: d, into: a.residual)
            }
        } else {
            a.residual.update(from: a.input, count: n * d)
        }
        try apply(.query, a.askingInput, rows: m, into: a.query, a)
        rotate(shard, query: a.query, key: a.key, backward: false)
        try attend(shard, a, scratch)
        try finish(a, rows: m, into: output)
    }

    /// The second half of the layer: from `context` and `residual` to the output, `rows` × d.
    func finish(
        _ a: LayerActivations, rows m: Int, into output: UnsafeMutablePointer<Float>
    ) throws(KernelError) {
        let d = model.embeddingLength
        // `output` is free until the end: it holds the attention's share first.
        try apply(.output, a.context, rows: m, into: output, a)
        add(output, into: a.residual, count: m * d)
        rmsNorm(
            a.residual, gain: weights.feedForwardNorm.pointer, epsilon: model.normEpsilon, rows: m, width: d,
            into: a.normedResidual, inverse: a.residualInverse)
        try apply(.gate, a.normedResidual, rows: m, into: a.gate, a)
        try apply(.up, a.normedResidual, rows: m, into: a.up, a)
        swiGLU(gate: a.gate, up: a.up, count: m * model.feedForwardLength, into: a.activated)
        try apply(.down, a.activated, rows: m, into: output, a)
        add(a.residual, into: output, count: m * d)
    }

    /// Turns queries and keys (or their gradients, backwards) by their positions.
    func rotate(
        _ shard: Shard, query: UnsafeMutablePointer<Float>, key: UnsafeMutablePointer<Float>, backward: Bool
    ) {
        for member in shard.members {
            for position in 0..<member.rows.count {
                rotary.rotate(
                    key + (member.rows.lowerBound + position) * model.keyValueLength,
                    heads: model.keyValueHeadCount, headDimension: model.headDimension, position: position,
                    pairing: model.rotaryPairing, backward: backward)
            }
            for query0 in queries(of: member) {
                rotary.rotate(
                    query + query0 * model.queryLength, heads: model.headCount, headDimension: model.headDimension,
                    position: position(of: query0, shard, member), pairing: model.rotaryPairing, backward: backward)
            }
        }
    }

    /// The rows of the query buffers that belong to a member.
    func queries(of member: Shard.Member) -> Range<Int> { isLast ? member.queries : member.rows }

    /// The position in its sequence of a row of the query buffers.
    func position(of query: Int, _ shard: Shard, _ member: Shard.Member) -> Int {
        (isLast ? Int(shard.queryRows[query]) : query) - member.rows.lowerBound
    }
}
