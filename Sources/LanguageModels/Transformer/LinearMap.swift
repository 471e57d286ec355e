/// The seven linear maps of a transformer layer, each of which can carry an adapter.
package enum LinearMap: Int, Sendable, Hashable, CaseIterable {
    case query
    case key
    case value
    case output
    case gate
    case up
    case down

    /// The middle part of the map's tensor names in a GGUF file: `blk.N.<name>.weight`.
    package var tensorName: String {
        switch self {
        case .query: "attn_q"
        case .key: "attn_k"
        case .value: "attn_v"
        case .output: "attn_output"
        case .gate: "ffn_gate"
        case .up: "ffn_up"
        case .down: "ffn_down"
        }
    }

    /// Inputs and outputs of the map in a model of this configuration.
    func widths(_ configuration: ModelConfiguration) -> (input: Int, output: Int) {
        let model = configuration.embeddingLength
        let heads = configuration.headCount * configuration.headDimension
        let keyValue = configuration.keyValueHeadCount * configuration.headDimension
        let feedForward = configuration.feedForwardLength
        return switch self {
        case .query: (model, heads)
        case .key, .value: (model, keyValue)
        case .output: (heads, model)
        case .gate, .up: (model, feedForward)
        case .down: (feedForward, model)
        }
    }
}
