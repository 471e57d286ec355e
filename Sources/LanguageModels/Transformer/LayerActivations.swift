import TensorKernels

/// The largest shard that a workspace must hold.
struct ShardCapacity: Sendable {
    var tokens = 0
    var queries = 0
    var probabilities = 0
    var lastProbabilities = 0
    var longest = 0

    /// Grows to hold `shard`.
    mutating func include(_ shard: Shard, headCount: Int) {
        tokens = max(tokens, shard.tokenCount)
        queries = max(queries, shard.queryCount)
        probabilities = max(probabilities, shard.probabilityCount(headCount: headCount, onlyPredicting: false))
        lastProbabilities = max(lastProbabilities, shard.probabilityCount(headCount: headCount, onlyPredicting: true))
        longest = max(longest, shard.members.map(\.rows.count).max() ?? 0)
    }
}

/// A region of a buffer from which arrays are cut one after another.
struct Slab {
    private var next: UnsafeMutablePointer<Float>

    init(_ buffer: FloatBuffer) { next = buffer.pointer }

    /// Cuts `count` values, at a multiple of 64 bytes.
    mutating func cut(_ count: Int) -> UnsafeMutablePointer<Float> {
        defer { next += Slab.rounded(count) }
        return next
    }

    static func rounded(_ count: Int) -> Int { (count + 15) & ~15 }
}

/// What the forward pass of one layer leaves for its backward pass.
///
/// Shapes: tokens n, queries m (n but for the last layer, where only predicting positions ask), model width d, key-
/// value width k, feed-forward width f.
struct LayerActivations {
    /// n × d: the layer's input.
    var input: UnsafeMutablePointer<Float>
    /// n: reciprocal root-mean-squares of the input.
    var inputInverse: UnsafeMutablePointer<Float>
    /// n × d.
    var normedInput: UnsafeMutablePointer<Float>
    /// m × d: the rows of `normedInput` that ask; the same memory where all do.
    var askingInput: UnsafeMutablePointer<Float>
    /// m × heads: rotated queries.
    var query: UnsafeMutablePointer<Float>
    /// n × k: rotated keys.
    var key: UnsafeMutablePointer<Float>
    /// n × k.
    var value: UnsafeMutablePointer<Float>
    /// For each member and key head: group · queries × rows.
    var probabilities: UnsafeMutablePointer<Float>
    /// m × heads: the attention's output before the output map.
    var context: UnsafeMutablePointer<Float>
    /// m × d: the residual stream after attention.
    var residual: UnsafeMutablePointer<Float>
    /// m.
    var residualInverse: UnsafeMutablePointer<Float>
    /// m × d.
    var normedResidual: UnsafeMutablePointer<Float>
    /// m × f.
    var gate: UnsafeMutablePointer<Float>
    /// m × f.
    var up: UnsafeMutablePointer<Float>
    /// m × f: silu(gate) · up.
    var activated: UnsafeMutablePointer<Float>
    /// For each linear map, rows × padded rank: scale · x · A.
    var adapterInputs: [UnsafeMutablePointer<Float>]

    /// Cuts the arrays of a layer from a slab.
    init(_ slab: inout Slab, _ model: ModelConfiguration, _ capacity: ShardCapacity, isLast: Bool, rank: Int) {
        let n = capacity.tokens
        let m = isLast ? capacity.queries : n
        input = slab.cut(n * model.embeddingLength)
        inputInverse = slab.cut(n)
        normedInput = slab.cut(n * model.embeddingLength)
        askingInput = isLast ? slab.cut(m * model.embeddingLength) : normedInput
        query = slab.cut(m * model.queryLength)
        key = slab.cut(n * model.keyValueLength)
        value = slab.cut(n * model.keyValueLength)
        probabilities = slab.cut(isLast ? capacity.lastProbabilities : capacity.probabilities)
        context = slab.cut(m * model.queryLength)
        residual = slab.cut(m * model.embeddingLength)
        residualInverse = slab.cut(m)
        normedResidual = slab.cut(m * model.embeddingLength)
        gate = slab.cut(m * model.feedForwardLength)
        up = slab.cut(m * model.feedForwardLength)
        activated = slab.cut(m * model.feedForwardLength)
        adapterInputs = LinearMap.allCases.map { _ in slab.cut(n * rank) }
    }

    /// Values that `init` cuts.
    static func size(_ model: ModelConfiguration, _ capacity: ShardCapacity, isLast: Bool, rank: Int) -> Int {
        let n = capacity.tokens
        let m = isLast ? capacity.queries : n
        let d = model.embeddingLength
        let parts =
            [n * d, n, n * d, isLast ? m * d : 0, m * model.queryLength, n * model.keyValueLength]
            + [n * model.keyValueLength, isLast ? capacity.lastProbabilities : capacity.probabilities]
            + [m * model.queryLength, m * d, m, m * d]
            + [Int](repeating: m * model.feedForwardLength, count: 3)
            + [Int](repeating: n * rank, count: LinearMap.allCases.count)
        return parts.reduce(0) { $0 + Slab.rounded($1) }
    }
}

/// Gradients and temporary arrays of one worker, used by every layer in turn.
struct LayerScratch {
    var groupQuery: UnsafeMutablePointer<Float>
    var groupContext: UnsafeMutablePointer<Float>
    var groupScores: UnsafeMutablePointer<Float>
    var dOutput: UnsafeMutablePointer<Float>
    var dResidual: UnsafeMutablePointer<Float>
    var dNormed: UnsafeMutablePointer<Float>
    var dAsking: UnsafeMutablePointer<Float>
    var dContext: UnsafeMutablePointer<Float>
    var dQuery: UnsafeMutablePointer<Float>
    var dKey: UnsafeMutablePointer<Float>
    var dValue: UnsafeMutablePointer<Float>
    var dActivated: UnsafeMutablePointer<Float>
    var dGate: UnsafeMutablePointer<Float>
    var dUp: UnsafeMutablePointer<Float>
    var adapterGradient: UnsafeMutablePointer<Float>

    init(_ slab: inout Slab, _ model: ModelConfiguration, _ capacity: ShardCapacity, rank: Int, training: Bool) {
        let sizes = LayerScratch.sizes(model, capacity, rank: rank, training: training)
        let parts = sizes.map { slab.cut($0) }
        groupQuery = parts[0]
        groupContext = parts[1]
        groupScores = parts[2]
        dOutput = parts[3]
        dResidual = parts[4]
        dNormed = parts[5]
        dAsking = parts[6]
        dContext = parts[7]
        dQuery = parts[8]
        dKey = parts[9]
        dValue = parts[10]
        dActivated = parts[11]
        dGate = parts[12]
        dUp = parts[13]
        adapterGradient = parts[14]
    }

    /// Values of each array, in the order of the properties; gradients take no room outside training.
    static func sizes(_ model: ModelConfiguration, _ capacity: ShardCapacity, rank: Int, training: Bool) -> [Int] {
        let n = capacity.tokens
        let group = model.groupSize * capacity.longest * model.headDimension
        let scores = model.groupSize * capacity.longest * capacity.longest
        let forward = [group, group, training ? scores : 0]
        let d = model.embeddingLength
        let backward =
            [n * d, n * d, n * d, n * d, n * model.queryLength, n * model.queryLength]
            + [n * model.keyValueLength, n * model.keyValueLength]
            + [Int](repeating: n * model.feedForwardLength, count: 3) + [n * rank]
        return forward + backward.map { training ? $0 : 0 }
    }
}
