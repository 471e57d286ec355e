package import TensorKernels

/// A model whose top layers carry adapters: what is finetuned, scored and put back.
///
/// The adapted layers' weights are kept in float32 for as long as the value lives. It is used by one thread at a time;
/// its pool's threads work inside a call only.
package final class AdaptedModel {
    /// The frozen model.
    package let model: LanguageModel

    /// The trained parameters.
    package let adapters: AdapterSet

    let pool: WorkerPool
    let layers: [TransformerLayer]
    let head: LanguageModelHead

    /// Shards of a training step: fixed, so that the sums of a step do not depend on how many threads there are.
    static let shardsPerStep = 4

    /// Dequantises the adapted layers and the head.
    ///
    /// - Parameters:
    ///   - longest: the longest sequence that will be trained or scored, in tokens.
    ///   - seed: the seed of the adapters' initial values.
    package init(
        model: LanguageModel, adapters configuration: AdapterConfiguration, longest: Int, seed: UInt64, pool: WorkerPool
    ) throws {
        self.model = model
        self.pool = pool
        let adapters = AdapterSet(configuration, model: model.configuration, seed: seed)
        self.adapters = adapters
        let rotary = model.rotaryTable(positionCount: longest)
        let blockCount = model.configuration.blockCount
        layers = try (configuration.firstLayer..<blockCount).map { index in
            let weights = model.makeLayerWeights(layer: index, withBackward: true)
            try model.fill(weights, layer: index, pool: pool)
            return TransformerLayer(
                index: index, model: model.configuration, weights: weights, rotary: rotary, adapters: adapters,
                isLast: index == blockCount - 1)
        }
        head = try model.makeHead(pool: pool)
    }

    func makeWorkspaces(_ capacity: ShardCapacity, training: Bool) -> [Workspace] {
        let kept = training ? layers.map(\.isLast) : [false, true]
        return (0..<pool.threadCount).map { _ in
            Workspace(
                model: model.configuration, capacity: capacity, layers: kept,
                rank: adapters.configuration.paddedRank, training: training, withHead: true)
        }
    }

    /// Losses of each sequence's predicted tokens, in nats, in the order of `predicted`.
    ///
    /// - Parameters:
    ///   - indices: which sequences; the result has one entry for each, in this order.
    ///   - progress: told the sequences done.
    package func losses(
        _ prepared: PreparedSequences, indices: [Int]? = nil, progress: ProgressHandler = { _, _ in }
    ) throws -> [[Float]] {
        let indices = indices ?? Array(prepared.sequences.indices)
        let shards = Shard.grouped(indices, of: prepared.sequences, tokens: LanguageModel.shardTokens)
        var capacity = ShardCapacity()
        for shard in shards { capacity.include(shard, headCount: model.configuration.headCount) }
        let workspaces = makeWorkspaces(capacity, training: false)
        var results = [[Float]](repeating: [], count: prepared.sequences.count)
        var done = 0
        // A few shards for each thread at a time: results are collected, and the caller told, between such runs.
        let stride = pool.threadCount * 4
        for start in Swift.stride(from: 0, to: shards.count, by: stride) {
            let block = Array(shards[start..<min(shards.count, start + stride)])
            let outputs = block.map { FloatBuffer(count: max(1, $0.queryCount)) }
            try pool.run(block.count) { task, worker in
                try score(block[task], prepared, workspaces[worker], into: outputs[task].pointer)
            }
            for (shard, output) in zip(block, outputs) {
                for member in shard.members {
                    results[member.index] = member.queries.map { output.pointer[$0] }
                    done += 1
                }
            }
            try progress(done, indices.count)
        }
        return indices.map { results[$0] }
    }

    private func score(
        _ shard: Shard, _ prepared: PreparedSequences, _ workspace: Workspace, into losses: UnsafeMutablePointer<Float>
    ) throws(KernelError) {
        guard let headScratch = workspace.head else { return }
        prepared.load(shard, into: workspace.activations[0].input)
        let state = workspace.activations[0].input
        for layer in layers {
            var activations = workspace.activations[layer.isLast ? 1 : 0]
            activations.input = state
            try layer.forward(shard, activations, workspace.scratch, into: layer.isLast ? workspace.hidden : state)
        }
        try head.losses(
            workspace.hidden, targets: shard.targets, lossWeights: nil, scratch: headScratch, into: losses,
            gradient: nil)
    }
}
