package import TensorKernels

/// Greedy generation with a key-value cache, for many prompts at a time.
///
/// All layers' weights are held in float32 while the value lives: for SmolLM2-135M about 430 MB.
package final class TextGenerator {
    private let model: LanguageModel
    private let layers: [TransformerLayer]
    private let head: LanguageModelHead
    private let rank: Int
    private let pool: WorkerPool
    private let longest: Int

    /// Sequences that one worker decodes together; each step's products then serve them all.
    private static let groupSize = 16

    /// Makes a generator of the frozen model.
    ///
    /// - Parameter longest: the most tokens of a prompt and its continuation together.
    package convenience init(model: LanguageModel, longest: Int, pool: WorkerPool) throws {
        let head = try model.makeHead(pool: pool)
        try self.init(model: model, upper: [], head: head, rank: 0, longest: longest, pool: pool)
    }

    /// Makes a generator of a model as its adapters now are; it follows their later changes.
    package convenience init(adapted: AdaptedModel, longest: Int) throws {
        try self.init(
            model: adapted.model, upper: adapted.layers, head: adapted.head,
            rank: adapted.adapters.configuration.paddedRank, longest: longest, pool: adapted.pool)
    }

    private init(
        model: LanguageModel, upper: [TransformerLayer], head: LanguageModelHead, rank: Int, longest: Int,
        pool: WorkerPool
    ) throws {
        self.model = model
        self.head = head
        self.rank = rank
        self.pool = pool
        self.longest = longest
        let rotary = model.rotaryTable(positionCount: longest)
        let frozen = model.configuration.blockCount - upper.count
        var layers: [TransformerLayer] = []
        for index in 0..<frozen {
            let weights = model.makeLayerWeights(layer: index, withBackward: false)
            try model.fill(weights, layer: index, pool: pool)
            layers.append(
                TransformerLayer(
                    index: index, model: model.configuration, weights: weights, rotary: rotary, adapters: nil,
                    isLast: false))
        }
        // Every position's keys and values are needed here, so no layer takes the last layer's short cut.
        self.layers =
            layers
            + upper.map {
                TransformerLayer(
                    index: $0.index, model: $0.model, weights: $0.weights, rotary: rotary, adapters: $0.adapters,
                    isLast: false)
            }
    }

    /// The most likely continuation of each prompt, token by token, up to and including a stop token.
    ///
    /// - Parameters:
    ///   - prompts: not empty, each shorter than `longest`.
    ///   - onToken: told each new token of each prompt, on the worker's thread; only for a single prompt in order.
    ///   - progress: told the prompts done.
    package func generate(
        _ prompts: [[Int32]], maximumNewTokens: Int, stopTokens: Set<Int32>, onToken: ((Int32) -> Void)? = nil,
        progress: ProgressHandler = { _, _ in }
    ) throws -> [[Int32]] {
        var results = [[Int32]](repeating: [], count: prompts.count)
        let order = prompts.indices.sorted { (prompts[$0].count, $0) < (prompts[$1].count, $1) }
        let groups = stride(from: 0, to: order.count, by: TextGenerator.groupSize).map {
            Array(order[$0..<min(order.count, $0 + TextGenerator.groupSize)])
        }
        var done = 0
        for start in stride(from: 0, to: groups.count, by: pool.threadCount) {
            let block = Array(groups[start..<min(groups.count, start + pool.threadCount)])
            var outputs = [[[Int32]]](repeating: [], count: block.count)
            try outputs.withUnsafeMutableBufferPointer { outputs in
                try pool.run(block.count) { task, _ in
                    outputs[task] = try run(
                        block[task].map { prompts[$0] }, maximumNewTokens: maximumNewTokens, stopTokens: stopTokens,
                        onToken: onToken)
                }
            }
            for (group, output) in zip(block, outputs) {
                for (index, tokens) in zip(group, output) { results[index] = tokens }
                done += group.count
            }
            try progress(done, prompts.count)
        }
        return results
    }

    private func run(
        _ prompts: [[Int32]], maximumNewTokens: Int, stopTokens: Set<Int32>, onToken: ((Int32) -> Void)?
    ) throws -> [[Int32]] {
        let sequences = prompts.map { TokenSequence(tokens: $0, predicted: []) }
        let shard = Shard(sequences.indices, of: sequences)
        let longestPrompt = prompts.map(\.count).max() ?? 0
        let (workspace, cache) = try start(shard, sequences, capacity: longestPrompt + maximumNewTokens)
        let width = model.configuration.embeddingLength
        let state = workspace.activations[0].input
        let scores = FloatBuffer(count: cache.capacity)
        var results = [[Int32]](repeating: [], count: prompts.count)
        var active = Array(prompts.indices)
        for _ in 0..<maximumNewTokens where !active.isEmpty {
            let tokens = try mostLikely(active.count, workspace)
            for (row, sequence) in active.enumerated() {
                results[sequence].append(tokens[row])
                onToken?(tokens[row])
            }
            let rows = active.indices.filter {
                !stopTokens.contains(tokens[$0]) && cache.lengths[active[$0]] < cache.capacity
            }
            active = rows.map { active[$0] }
            guard !active.isEmpty else { break }
            model.embed(rows.map { tokens[$0] }, into: state)
            for layer in layers {
                try layer.decode(
                    workspace.activations[0], sequences: active, cache: cache, scores: scores.pointer, into: state)
            }
            for sequence in active { cache.advance(sequence: sequence, by: 1) }
            workspace.hidden.update(from: state, count: active.count * width)
        }
        return results
    }

    /// The likeliest tokens after a text, with their logits; of equals the lowest first.
    package func likeliest(after tokens: [Int32], count: Int) throws -> [(token: Int32, logit: Float)] {
        let sequences = [TokenSequence(tokens: tokens, predicted: [])]
        let shard = Shard([0], of: sequences)
        let (workspace, _) = try start(shard, sequences, capacity: tokens.count)
        guard let scratch = workspace.head else { return [] }
        try head.logits(workspace.hidden, count: 1, scratch: scratch)
        let logits = (0..<model.configuration.vocabularyCount).map { scratch.logits.pointer[$0] }
        return logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }.prefix(count)
            .map { (Int32($0), logits[$0]) }
    }

    /// Reads the prompts: leaves each one's last hidden state in the workspace, and their keys and values in a cache.
    private func start(
        _ shard: Shard, _ sequences: [TokenSequence], capacity: Int
    ) throws -> (Workspace, KeyValueCache) {
        var shape = ShardCapacity()
        shape.include(shard, headCount: model.configuration.headCount)
        shape.queries = shape.tokens
        let workspace = Workspace(
            model: model.configuration, capacity: shape, layers: [false], rank: rank, training: false, withHead: true)
        let cache = KeyValueCache(
            model: model.configuration, sequenceCount: sequences.count, capacity: min(longest, capacity))
        try prefill(shard, sequences, workspace, cache)
        let width = model.configuration.embeddingLength
        for (row, member) in shard.members.enumerated() {
            (workspace.hidden + row * width).update(
                from: workspace.activations[0].input + (member.rows.upperBound - 1) * width, count: width)
        }
        return (workspace, cache)
    }

    private func prefill(
        _ shard: Shard, _ sequences: [TokenSequence], _ workspace: Workspace, _ cache: KeyValueCache
    ) throws {
        let activations = workspace.activations[0]
        for member in shard.members {
            model.embed(
                sequences[member.index].tokens,
                into: activations.input + member.rows.lowerBound * model.configuration.embeddingLength)
        }
        for layer in layers {
            try layer.forward(shard, activations, workspace.scratch, into: activations.input)
            for (sequence, member) in shard.members.enumerated() {
                for (position, row) in member.rows.enumerated() {
                    layer.store(row, activations, cache, sequence: sequence, position: position)
                }
            }
        }
        for (sequence, member) in shard.members.enumerated() {
            cache.advance(sequence: sequence, by: member.rows.count)
        }
    }

    /// The likeliest next token after each of the first `count` hidden states; of equals the lowest.
    private func mostLikely(_ count: Int, _ workspace: Workspace) throws -> [Int32] {
        guard let scratch = workspace.head else { return [] }
        try head.logits(workspace.hidden, count: count, scratch: scratch)
        return (0..<count).map { column in
            var best = 0
            for v in 1..<model.configuration.vocabularyCount
            where scratch.logits.pointer[v * count + column] > scratch.logits.pointer[best * count + column] {
                best = v
            }
            return Int32(best)
        }
    }
}
