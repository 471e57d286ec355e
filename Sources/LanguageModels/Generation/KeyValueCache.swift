import TensorKernels

/// Rotated keys and values of a group of sequences, for every layer, that grow by one row a step.
final class KeyValueCache {
    let capacity: Int
    private let width: Int
    private let sequenceCount: Int
    private let keys: FloatBuffer
    private let values: FloatBuffer
    private(set) var lengths: [Int]

    /// Room for `capacity` tokens of each of `sequenceCount` sequences.
    init(model: ModelConfiguration, sequenceCount: Int, capacity: Int) {
        self.capacity = capacity
        self.sequenceCount = sequenceCount
        width = model.keyValueLength
        keys = FloatBuffer(count: model.blockCount * sequenceCount * capacity * width)
        values = FloatBuffer(count: model.blockCount * sequenceCount * capacity * width)
        lengths = [Int](repeating: 0, count: sequenceCount)
    }

    /// A sequence's keys of a layer, capacity × key-value width.
    func keys(layer: Int, sequence: Int) -> UnsafeMutablePointer<Float> {
        keys.pointer + (layer * sequenceCount + sequence) * capacity * width
    }

    /// A sequence's values of a layer, capacity × key-value width.
    func values(layer: Int, sequence: Int) -> UnsafeMutablePointer<Float> {
        values.pointer + (layer * sequenceCount + sequence) * capacity * width
    }

    /// Counts tokens whose keys and values every layer has stored.
    func advance(sequence: Int, by count: Int) { lengths[sequence] += count }
}
