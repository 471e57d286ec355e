import TensorKernels

/// The backward pass of a layer: gradients of its adapters, and of its input where a lower layer needs it.
extension TransformerLayer {
    /// From d(output) in `scratch.dOutput` (m × d): adds the adapters' gradients to `gradients` and, if
    /// `needsInput`, leaves d(input) in `scratch.dOutput` (n × d).
    func backward(
        _ shard: Shard, _ a: LayerActivations, _ scratch: LayerScratch, gradients: UnsafeMutablePointer<Float>,
        needsInput: Bool
    ) throws(KernelError) {
        let n = shard.tokenCount
        let m = isLast ? shard.queryCount : n
        let d = model.embeddingLength
        let pass = Pass(a: a, scratch: scratch, gradients: gradients)

        try pull(.down, scratch.dOutput, x: a.activated, rows: m, into: scratch.dActivated, keep: false, pass)
        swiGLUBackward(
            scratch.dActivated, gate: a.gate, up: a.up, count: m * model.feedForwardLength, dGate: scratch.dGate,
            dUp: scratch.dUp)
        try pull(.gate, scratch.dGate, x: a.normedResidual, rows: m, into: scratch.dNormed, keep: false, pass)
        try pull(.up, scratch.dUp, x: a.normedResidual, rows: m, into: scratch.dNormed, keep: true, pass)
        scratch.dResidual.update(from: scratch.dOutput, count: m * d)
        rmsNormBackward(
            scratch.dNormed, x: a.residual, inverse: a.residualInverse, gain: weights.feedForwardNorm.pointer, rows: m,
            width: d, addingTo: scratch.dResidual)

        try pull(.output, scratch.dResidual, x: a.context, rows: m, into: scratch.dContext, keep: false, pass)
        try attendBackward(shard, a, scratch)
        rotate(shard, query: scratch.dQuery, key: scratch.dKey, backward: true)

        let target = needsInput ? scratch.dAsking : nil
        try pull(.query, scratch.dQuery, x: a.askingInput, rows: m, into: target, keep: false, pass)
        let normed = needsInput ? scratch.dNormed : nil
        try pull(.key, scratch.dKey, x: a.normedInput, rows: n, into: normed, keep: false, pass)
        try pull(.value, scratch.dValue, x: a.normedInput, rows: n, into: normed, keep: true, pass)
        guard needsInput else { return }
        if isLast {
            scratch.dOutput.update(repeating: 0, count: n * d)
            shard.queryRows.withUnsafeBufferPointer {
                scatterAddRows(scratch.dAsking, indices: $0, width: d, into: scratch.dNormed)
                scatterAddRows(scratch.dResidual, indices: $0, width: d, into: scratch.dOutput)
            }
        } else {
            add(scratch.dAsking, into: scratch.dNormed, count: n * d)
            scratch.dOutput.update(from: scratch.dResidual, count: n * d)
        }
        rmsNormBackward(
            scratch.dNormed, x: a.input, inverse: a.inputInverse, gain: weights.attentionNorm.pointer, rows: n,
            width: d, addingTo: scratch.dOutput)
    }

    /// What every map's backward step shares.
    private struct Pass {
        var a: LayerActivations
        var scratch: LayerScratch
        var gradients: UnsafeMutablePointer<Float>
    }

    /// From d(y) of a map: d(x) into `dx` (added to it if `keep`), and the adapter's gradients.
    private func pull(
        _ map: LinearMap, _ dy: UnsafeMutablePointer<Float>, x: UnsafeMutablePointer<Float>, rows: Int,
        into dx: UnsafeMutablePointer<Float>?, keep: Bool, _ pass: Pass
    ) throws(KernelError) {
        let (input, output) = map.widths(model)
        if let dx, let backward = weights.backward(map) {
            try matrixMultiply(
                MatrixView(dy, rowStride: output), MatrixView(backward.pointer, rowStride: input),
                into: MatrixView(dx, rowStride: input), rows: rows, columns: input, depth: output, keep: keep ? 1 : 0)
        }
        guard let adapters, let slot = adapters.slot(layer: index, map) else { return }
        let rank = adapters.configuration.paddedRank
        let inner = pass.scratch.adapterGradient
        projectToRank(
            dy, rows: rows, width: output, matrix: adapters.parameters.pointer + slot.b, rank: rank,
            scale: adapters.configuration.scale, into: inner)
        accumulateOuterProduct(
            x, inner, rows: rows, width: input, rank: rank, addingTo: pass.gradients + slot.a)
        accumulateOuterProduct(
            dy, pass.a.adapterInputs[map.rawValue], rows: rows, width: output, rank: rank,
            addingTo: pass.gradients + slot.b)
        if let dx {
            expandFromRank(
                inner, rows: rows, rank: rank, matrix: adapters.transposed.pointer + slot.a, width: input, addingTo: dx)
        }
    }
}
