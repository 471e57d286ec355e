import TensorKernels

extension TransformerLayer {
    /// One token more of several sequences: row i of the input is the newest token of `sequences[i]`.
    ///
    /// - Parameters:
    ///   - scores: room for one head's scores over the longest sequence.
    func decode(
        _ a: LayerActivations, sequences: [Int], cache: KeyValueCache, scores: UnsafeMutablePointer<Float>,
        into output: UnsafeMutablePointer<Float>
    ) throws(KernelError) {
        let rows = sequences.count
        let d = model.embeddingLength
        rmsNorm(
            a.input, gain: weights.attentionNorm.pointer, epsilon: model.normEpsilon, rows: rows, width: d,
            into: a.normedInput, inverse: a.inputInverse)
        a.residual.update(from: a.input, count: rows * d)
        try apply(.query, a.normedInput, rows: rows, into: a.query, a)
        try apply(.key, a.normedInput, rows: rows, into: a.key, a)
        try apply(.value, a.normedInput, rows: rows, into: a.value, a)
        for (row, sequence) in sequences.enumerated() {
            let position = cache.lengths[sequence]
            let key = a.key + row * model.keyValueLength
            rotary.rotate(
                a.query + row * model.queryLength, heads: model.headCount, headDimension: model.headDimension,
                position: position, pairing: model.rotaryPairing)
            rotary.rotate(
                key, heads: model.keyValueHeadCount, headDimension: model.headDimension, position: position,
                pairing: model.rotaryPairing)
            store(row, a, cache, sequence: sequence, position: position)
            attend(row, a, cache, sequence: sequence, length: position + 1, scores: scores)
        }
        try finish(a, rows: rows, into: output)
    }

    /// Keeps a packed row's rotated key and its value.
    func store(_ row: Int, _ a: LayerActivations, _ cache: KeyValueCache, sequence: Int, position: Int) {
        let width = model.keyValueLength
        (cache.keys(layer: index, sequence: sequence) + position * width).update(
            from: a.key + row * width, count: width)
        (cache.values(layer: index, sequence: sequence) + position * width).update(
            from: a.value + row * width, count: width)
    }

    private func attend(
        _ row: Int, _ a: LayerActivations, _ cache: KeyValueCache, sequence: Int, length: Int,
        scores: UnsafeMutablePointer<Float>
    ) {
        let width = model.headDimension
        let stride = model.keyValueLength
        let context = a.context + row * model.queryLength
        context.update(repeating: 0, count: model.queryLength)
        for head in 0..<model.headCount {
            let offset = head / model.groupSize * width
            let keys = cache.keys(layer: index, sequence: sequence) + offset
            let values = cache.values(layer: index, sequence: sequence) + offset
            let query = a.query + row * model.queryLength + head * width
            for position in 0..<length {
                scores[position] = dotProduct(query, keys + position * stride, count: width)
            }
            causalSoftmax(scores, rows: 1, columns: length, scale: 1 / Float(width).squareRoot()) { _ in length }
            for position in 0..<length {
                add(
                    values + position * stride, scaledBy: scores[position], into: context + head * width, count: width)
            }
        }
    }
}
