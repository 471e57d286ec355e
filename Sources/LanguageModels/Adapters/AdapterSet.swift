package import TensorKernels

/// Which maps of which layers carry low-rank adapters, and how strong they are (LoRA, Hu et al., 2021).
package struct AdapterConfiguration: Sendable, Hashable {
    /// Rank r.
    package var rank: Int

    /// α: an adapter's output is multiplied by α / r.
    package var alpha: Double

    /// The first adapted layer; it and all above carry adapters.
    package var firstLayer: Int

    /// The adapted maps of each layer.
    package var maps: [LinearMap]

    /// Creates a configuration.
    package init(rank: Int, alpha: Double, firstLayer: Int, maps: [LinearMap] = LinearMap.allCases) {
        self.rank = rank
        self.alpha = alpha
        self.firstLayer = firstLayer
        self.maps = maps
    }

    /// The factor of an adapter's output.
    package var scale: Float { Float(alpha / Double(rank)) }

    /// Rank in memory: padded with components that stay zero.
    package var paddedRank: Int { (rank + rankMultiple - 1) / rankMultiple * rankMultiple }
}

/// The trained parameters of all adapters: for each adapted map A (input × r) and B (output × r).
///
/// A map's output gains scale · (x · A) · Bᵀ. A starts uniform in ±1 / √input and B at zero, so a fresh set changes
/// nothing. Both are kept a second time transposed, since either product is fastest over contiguous rows.
package final class AdapterSet {
    /// Where one map's adapter lies in the flat buffers.
    struct Slot: Sendable {
        var a: Int
        var b: Int
        var input: Int
        var output: Int
    }

    /// What carries adapters.
    package let configuration: AdapterConfiguration

    /// All A and B, A as input × padded rank, B as output × padded rank.
    package let parameters: FloatBuffer

    /// The same matrices transposed, at the same offsets.
    let transposed: FloatBuffer

    private let slots: [Slot?]

    /// Creates adapters for the top layers of a model, with A drawn from `seed`.
    package init(_ configuration: AdapterConfiguration, model: ModelConfiguration, seed: UInt64) {
        self.configuration = configuration
        var slots: [Slot?] = []
        var offset = 0
        for _ in configuration.firstLayer..<model.blockCount {
            for map in LinearMap.allCases {
                guard configuration.maps.contains(map) else {
                    slots.append(nil)
                    continue
                }
                let (input, output) = map.widths(model)
                let a = offset
                let b = a + input * configuration.paddedRank
                offset = b + output * configuration.paddedRank
                slots.append(Slot(a: a, b: b, input: input, output: output))
            }
        }
        self.slots = slots
        parameters = FloatBuffer(count: offset)
        transposed = FloatBuffer(count: offset)
        var generator = SeededGenerator(seed: seed, stream: 1)
        setMatrices { _, _, slot, _, _ in (generator.uniform() * 2 - 1) / Float(slot.input).squareRoot() }
    }

    /// Sets every A by a formula of layer, map, component and input index, and every B to zero.
    package func setMatrices(_ formula: (_ layer: Int, _ map: LinearMap, _ component: Int, _ input: Int) -> Float) {
        setMatrices { layer, map, _, component, input in formula(layer, map, component, input) }
    }

    private func setMatrices(_ formula: (Int, LinearMap, Slot, Int, Int) -> Float) {
        let rank = configuration.paddedRank
        parameters.zero()
        for (index, slot) in slots.enumerated() {
            guard let slot else { continue }
            let layer = configuration.firstLayer + index / LinearMap.allCases.count
            let map = LinearMap.allCases[index % LinearMap.allCases.count]
            for component in 0..<configuration.rank {
                for input in 0..<slot.input {
                    parameters.pointer[slot.a + input * rank + component] = formula(layer, map, slot, component, input)
                }
            }
        }
        refreshTransposed()
    }

    /// Where the adapter of a map lies, if the map has one.
    func slot(layer: Int, _ map: LinearMap) -> Slot? {
        slots[(layer - configuration.firstLayer) * LinearMap.allCases.count + map.rawValue]
    }

    /// Brings the transposed copies up to date after the parameters changed.
    package func refreshTransposed() {
        let rank = configuration.paddedRank
        for case let slot? in slots {
            transpose(
                parameters.pointer + slot.a, rows: slot.input, columns: rank, into: transposed.pointer + slot.a)
            transpose(
                parameters.pointer + slot.b, rows: slot.output, columns: rank, into: transposed.pointer + slot.b)
        }
    }

    /// A copy of all parameters.
    package func snapshot() -> [Float] { parameters.array }

    /// Puts back a snapshot of a set of the same configuration and model.
    package func restore(_ snapshot: [Float]) {
        precondition(snapshot.count == parameters.count, "a snapshot belongs to one configuration and model")
        for (index, value) in snapshot.enumerated() { parameters.pointer[index] = value }
        refreshTransposed()
    }

    /// Where one adapter's matrix lies in the parameters and in a gradient: A or B, if the map has an adapter.
    package func range(layer: Int, _ map: LinearMap, matrixB: Bool) -> Range<Int>? {
        guard let slot = slot(layer: layer, map) else { return nil }
        let start = matrixB ? slot.b : slot.a
        return start..<start + (matrixB ? slot.output : slot.input) * configuration.paddedRank
    }
}
