import TensorKernels

/// One layer's frozen weights in float32, ready for products.
///
/// Products are fastest when the weights are read as stored, so the forward pass has each map as input × output and the
/// backward pass, where it is wanted, as output × input.
final class LayerWeights: Sendable {
    let attentionNorm: FloatBuffer
    let feedForwardNorm: FloatBuffer
    private let forwardMaps: [FloatBuffer]
    private let backwardMaps: [FloatBuffer]
    private let biasMaps: [FloatBuffer?]

    init(configuration: ModelConfiguration, hasBias: [Bool], withBackward: Bool) {
        attentionNorm = FloatBuffer(count: configuration.embeddingLength)
        feedForwardNorm = FloatBuffer(count: configuration.embeddingLength)
        let widths = LinearMap.allCases.map { $0.widths(configuration) }
        forwardMaps = widths.map { FloatBuffer(count: $0.input * $0.output) }
        backwardMaps = withBackward ? widths.map { FloatBuffer(count: $0.input * $0.output) } : []
        biasMaps = zip(widths, hasBias).map { $1 ? FloatBuffer(count: $0.output) : nil }
    }

    /// The map as input × output.
    func forward(_ map: LinearMap) -> FloatBuffer { forwardMaps[map.rawValue] }

    /// The map as output × input, if the layer was made for training.
    func backward(_ map: LinearMap) -> FloatBuffer? { backwardMaps.isEmpty ? nil : backwardMaps[map.rawValue] }

    /// The map's bias, if it has one.
    func bias(_ map: LinearMap) -> FloatBuffer? { biasMaps[map.rawValue] }
}
