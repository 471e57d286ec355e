package import TensorKernels

/// How far a long computation is; the callee says whether to go on.
package typealias ProgressHandler = (_ done: Int, _ total: Int) throws -> Void

extension LanguageModel {
    /// Tokens that one worker computes at a time in the trunk and in scoring.
    static let shardTokens = 512

    /// Tokens whose hidden states go through a layer before the next layer's weights are dequantised.
    private static let blockTokens = 8192

    /// Computes the frozen layers below `firstLayer` for all sequences and keeps every token's output.
    ///
    /// - Parameter progress: told the input tokens done, after each block; what it throws ends the computation.
    package func prepare(
        _ sequences: [TokenSequence], layersBelow firstLayer: Int, precision: HiddenPrecision = .float16,
        pool: WorkerPool,
        progress: ProgressHandler = { _, _ in }
    ) throws -> PreparedSequences {
        let prepared = try PreparedSequences(
            sequences: sequences, width: configuration.embeddingLength, precision: precision)
        try forwardTrunk(sequences, layersBelow: firstLayer, pool: pool, progress: progress) { shard, state in
            prepared.store(shard, from: state)
        }
        return prepared
    }

    /// Mean hidden states, as they enter layer `layer`, over ranges of each sequence's tokens.
    ///
    /// Nothing but the means is kept, so memory grows with the ranges and not with the tokens.
    ///
    /// - Parameters:
    ///   - spans: for each sequence, ranges of its input tokens, none of them empty.
    ///   - progress: told the input tokens done, after each block; what it throws ends the computation.
    /// - Returns: one row of `embeddingLength` values for each range, sequence by sequence.
    package func meanStates(
        of spans: [[Range<Int>]], in sequences: [TokenSequence], enteringLayer layer: Int, pool: WorkerPool,
        progress: ProgressHandler = { _, _ in }
    ) throws -> FloatBuffer {
        let width = configuration.embeddingLength
        var firstRows: [Int] = []
        var count = 0
        for ranges in spans {
            firstRows.append(count)
            count += ranges.count
        }
        let means = FloatBuffer(count: count * width)
        try forwardTrunk(sequences, layersBelow: layer, pool: pool, progress: progress) { shard, state in
            for member in shard.members {
                for (index, range) in spans[member.index].enumerated() {
                    let mean = means.pointer + (firstRows[member.index] + index) * width
                    for token in range {
                        add(
                            state + (member.rows.lowerBound + token) * width, scaledBy: 1 / Float(range.count),
                            into: mean, count: width)
                    }
                }
            }
        }
        return means
    }

    /// Computes the frozen layers below `firstLayer`, a block of many sequences at a time.
    ///
    /// Each layer is dequantised once for a block into one reused buffer, so the model stays quantised in memory and the
    /// cost of decoding it vanishes in the products.
    ///
    /// - Parameter receive: given each shard's packed output, tokens × `embeddingLength`, on the caller's thread.
    private func forwardTrunk(
        _ sequences: [TokenSequence], layersBelow firstLayer: Int, pool: WorkerPool, progress: ProgressHandler,
        receive: (Shard, UnsafePointer<Float>) -> Void
    ) throws {
        try check(sequences)
        let tokenCount = sequences.reduce(0) { $0 + $1.inputCount }
        let shards = Shard.grouped(Array(sequences.indices), of: sequences, tokens: LanguageModel.shardTokens)
        var capacity = ShardCapacity()
        for shard in shards { capacity.include(shard, headCount: configuration.headCount) }
        let workspaces = (0..<pool.threadCount).map { _ in
            Workspace(
                model: configuration, capacity: capacity, layers: [false], rank: 0, training: false, withHead: false)
        }
        let rotary = rotaryTable(positionCount: capacity.longest)
        let weights = makeLayerWeights(layer: 0, withBackward: false)
        var done = 0
        var start = 0
        while start < shards.count {
            let block = nextBlock(shards, from: start)
            let states = block.map { FloatBuffer(count: $0.tokenCount * configuration.embeddingLength) }
            try pool.run(block.count) { task, _ in embed(block[task], of: sequences, into: states[task]) }
            for index in 0..<firstLayer {
                try fill(weights, layer: index, pool: pool)
                let layer = TransformerLayer(
                    index: index, model: configuration, weights: weights, rotary: rotary, adapters: nil, isLast: false)
                try pool.run(block.count) { task, worker in
                    var activations = workspaces[worker].activations[0]
                    activations.input = states[task].pointer
                    try layer.forward(
                        block[task], activations, workspaces[worker].scratch, into: states[task].pointer)
                }
            }
            for (shard, state) in zip(block, states) {
                receive(shard, state.pointer)
                done += shard.tokenCount
            }
            start += block.count
            try progress(done, tokenCount)
        }
    }

    private func nextBlock(_ shards: [Shard], from start: Int) -> [Shard] {
        var end = start
        var tokens = 0
        while end < shards.count, tokens < LanguageModel.blockTokens {
            tokens += shards[end].tokenCount
            end += 1
        }
        return Array(shards[start..<end])
    }

    private func embed(_ shard: Shard, of sequences: [TokenSequence], into state: FloatBuffer) {
        for member in shard.members {
            embed(
                sequences[member.index].tokens.prefix(member.rows.count),
                into: state.pointer + member.rows.lowerBound * configuration.embeddingLength)
        }
    }

    private func check(_ sequences: [TokenSequence]) throws(LanguageModelError) {
        for (index, sequence) in sequences.enumerated() where sequence.inputCount > configuration.contextLength {
            throw LanguageModelError(
                .sequenceTooLong,
                "sequence \(index) has \(sequence.inputCount) tokens; the model reads \(configuration.contextLength)",
                remedy: "Lower the policy's maximum_tokens; for heads its window_tokens and prompt_tokens")
        }
    }
}
