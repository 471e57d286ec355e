import TensorKernels

/// How the frozen layers' outputs are kept.
package enum HiddenPrecision: Sendable {
    /// Eleven bits: half the memory, and losses within about 1e-2 nats of float32's.
    case float16

    /// Exact.
    case float32
}

/// Sequences with the frozen layers' output for each of their input tokens, computed once and read by every epoch and
/// every scoring pass.
package final class PreparedSequences: Sendable {
    /// The rows as the model reads them.
    package let sequences: [TokenSequence]

    /// Width of a hidden state.
    package let width: Int

    /// For each sequence, the index of its first token's hidden state.
    let offsets: [Int]

    private enum Storage: Sendable {
        case half(HalfStore)
        case single(FloatBuffer)
    }

    private let hidden: Storage

    /// Input tokens of all sequences.
    package let tokenCount: Int

    init(sequences: [TokenSequence], width: Int, precision: HiddenPrecision) throws(KernelError) {
        self.sequences = sequences
        self.width = width
        var offsets: [Int] = []
        var count = 0
        for sequence in sequences {
            offsets.append(count)
            count += sequence.inputCount
        }
        self.offsets = offsets
        tokenCount = count
        hidden =
            switch precision {
            case .float16: .half(try HalfStore(count: count * width))
            case .float32: .single(FloatBuffer(count: count * width))
            }
    }

    /// Widens the hidden states of a shard's tokens into its packed input.
    func load(_ shard: Shard, into target: UnsafeMutablePointer<Float>) {
        for member in shard.members {
            let offset = offsets[member.index] * width
            let count = member.rows.count * width
            let target = target + member.rows.lowerBound * width
            switch hidden {
            case .half(let store): widen(store.pointer + offset, count: count, into: target)
            case .single(let buffer): target.update(from: buffer.pointer + offset, count: count)
            }
        }
    }

    /// Keeps the hidden states of a shard's tokens.
    func store(_ shard: Shard, from source: UnsafePointer<Float>) {
        for member in shard.members {
            let offset = offsets[member.index] * width
            let count = member.rows.count * width
            let source = source + member.rows.lowerBound * width
            switch hidden {
            case .half(let store): narrow(source, count: count, into: store.pointer + offset)
            case .single(let buffer): (buffer.pointer + offset).update(from: source, count: count)
            }
        }
    }
}
