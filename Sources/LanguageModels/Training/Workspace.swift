import TensorKernels

/// The memory of one worker: a layer's activations (every layer's, for training), gradients and the head's arrays.
///
/// It is made once a stage for the largest shard of that stage; nothing is allocated inside a step.
final class Workspace {
    private let buffer: FloatBuffer
    let activations: [LayerActivations]
    let scratch: LayerScratch
    /// m × d: the last layer's output.
    let hidden: UnsafeMutablePointer<Float>
    let losses: UnsafeMutablePointer<Float>
    let head: LanguageModelHead.Scratch?

    /// - Parameters:
    ///   - layers: for each layer kept at the same time, whether it is the model's last; one that is not kept past its
    ///     own forward pass may share another's memory.
    init(
        model: ModelConfiguration, capacity: ShardCapacity, layers: [Bool], rank: Int, training: Bool, withHead: Bool
    ) {
        let layerSizes = layers.map {
            LayerActivations.size(model, capacity, isLast: $0, rank: rank)
        }
        let scratchSize = LayerScratch.sizes(model, capacity, rank: rank, training: training)
            .reduce(0) { $0 + Slab.rounded($1) }
        let hiddenSize = Slab.rounded(capacity.tokens * model.embeddingLength)
        let lossSize = Slab.rounded(capacity.queries)
        buffer = FloatBuffer(count: layerSizes.reduce(0, +) + scratchSize + hiddenSize + lossSize)
        var slab = Slab(buffer)
        activations = layers.map { LayerActivations(&slab, model, capacity, isLast: $0, rank: rank) }
        scratch = LayerScratch(&slab, model, capacity, rank: rank, training: training)
        hidden = slab.cut(capacity.tokens * model.embeddingLength)
        losses = slab.cut(capacity.queries)
        head = withHead ? LanguageModelHead.Scratch(model) : nil
    }
}
