import TensorKernels

/// The output norm and the vocabulary map, with cross-entropy computed a few positions at a time.
struct LanguageModelHead {
    /// Positions whose logits are in memory at once.
    static let tile = 64

    let model: ModelConfiguration
    let norm: FloatBuffer
    /// Vocabulary × model width, as stored.
    let weights: FloatBuffer

    /// Temporary arrays of one worker.
    struct Scratch {
        let logits: FloatBuffer
        let columns: FloatBuffer
        let normed: FloatBuffer
        let inverse: FloatBuffer
        let dNormed: FloatBuffer

        init(_ model: ModelConfiguration) {
            logits = FloatBuffer(count: model.vocabularyCount * LanguageModelHead.tile)
            columns = FloatBuffer(count: 2 * LanguageModelHead.tile)
            normed = FloatBuffer(count: model.embeddingLength * LanguageModelHead.tile)
            inverse = FloatBuffer(count: LanguageModelHead.tile)
            dNormed = FloatBuffer(count: model.embeddingLength * LanguageModelHead.tile)
        }
    }

    /// Losses of all positions, in nats; with `weights` given also d(Σ weight · loss)/d(hidden) into `gradient`.
    ///
    /// - Parameter hidden: positions × model width, the last layer's output.
    func losses(
        _ hidden: UnsafeMutablePointer<Float>, targets: [Int32], lossWeights: [Float]?, scratch: Scratch,
        into losses: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?
    ) throws(KernelError) {
        let d = model.embeddingLength
        var start = 0
        while start < targets.count {
            let count = min(LanguageModelHead.tile, targets.count - start)
            try logits(hidden + start * d, count: count, scratch: scratch)
            targets.withUnsafeBufferPointer { targets in
                func run(_ weights: UnsafePointer<Float>?) {
                    crossEntropy(
                        scratch.logits.pointer, vocabulary: model.vocabularyCount, columns: count,
                        targets: targets.baseAddress! + start, weights: weights, losses: losses + start,
                        scratch: scratch.columns.pointer)
                }
                guard let lossWeights, gradient != nil else { return run(nil) }
                lossWeights.withUnsafeBufferPointer { run($0.baseAddress! + start) }
            }
            if let gradient {
                let target = gradient + start * d
                try matrixMultiply(
                    MatrixView(scratch.logits.pointer, rowStride: count).transposed,
                    MatrixView(weights.pointer, rowStride: d),
                    into: MatrixView(scratch.dNormed.pointer, rowStride: d), rows: count, columns: d,
                    depth: model.vocabularyCount)
                target.update(repeating: 0, count: count * d)
                rmsNormBackward(
                    scratch.dNormed.pointer, x: hidden + start * d, inverse: scratch.inverse.pointer,
                    gain: norm.pointer, rows: count, width: d, addingTo: target)
            }
            start += count
        }
    }

    /// Logits of up to `tile` positions, vocabulary × count, into the scratch.
    func logits(_ hidden: UnsafeMutablePointer<Float>, count: Int, scratch: Scratch) throws(KernelError) {
        let d = model.embeddingLength
        rmsNorm(
            hidden, gain: norm.pointer, epsilon: model.normEpsilon, rows: count, width: d,
            into: scratch.normed.pointer, inverse: scratch.inverse.pointer)
        try matrixMultiply(
            MatrixView(weights.pointer, rowStride: d), MatrixView(scratch.normed.pointer, rowStride: d).transposed,
            into: MatrixView(scratch.logits.pointer, rowStride: count), rows: model.vocabularyCount,
            columns: count, depth: d)
    }
}
