import LanguageModels
import TensorKernels

/// Where the features of known rows are kept between runs; losing an entry costs time and nothing else.
package struct FeatureCache: Sendable {
    /// The bytes that were kept under a name, or `nil`.
    package var load: @Sendable (_ name: String) -> [UInt8]?

    /// Keeps bytes under a name, if it can.
    package var save: @Sendable (_ name: String, _ bytes: [UInt8]) -> Void

    /// Creates a cache.
    package init(
        load: @escaping @Sendable (String) -> [UInt8]?, save: @escaping @Sendable (String, [UInt8]) -> Void
    ) {
        self.load = load
        self.save = save
    }

    /// One set's place in a cache.
    struct Entry {
        let name: String
        let cache: FeatureCache
    }

    /// The place of a set under the settings that decide its features.
    func entry(_ fingerprint: String, _ settings: ForgetFilterSettings) -> Entry {
        Entry(
            name: "\(fingerprint)-\(settings.featureLayer)-\(settings.windowTokens)-\(settings.promptTokens)",
            cache: self)
    }
}

/// The mean hidden states of one set's prompts and windows, as the model gives them.
struct SetFeatures {
    let layout: RowWindows

    /// One row of `width` values for each span of the layout.
    let means: FloatBuffer

    /// Width of a hidden state.
    let width: Int

    /// Tokens that the model read for it; none where the features were kept.
    let tokensRead: Int

    /// Runs the model over the set, unless its features were kept.
    init(
        _ layout: RowWindows, model: LanguageModel, layer: Int, pool: WorkerPool, kept entry: FeatureCache.Entry?,
        progress: ProgressHandler
    ) throws {
        self.layout = layout
        width = model.configuration.embeddingLength
        let count = layout.spans.reduce(0) { $0 + $1.count } * width
        if let bytes = entry.flatMap({ $0.cache.load($0.name) }), bytes.count == count * 4 {
            let means = FloatBuffer(count: count)
            bytes.withUnsafeBytes { UnsafeMutableRawPointer(means.pointer).copyMemory(from: $0) }
            self.means = means
            tokensRead = 0
            return
        }
        means = try model.meanStates(
            of: layout.spans, in: layout.sequences, enteringLayer: layer, pool: pool, progress: progress)
        tokensRead = layout.sequences.reduce(0) { $0 + $1.inputCount }
        if let entry, count > 0 {
            entry.cache.save(
                entry.name, Array(UnsafeRawBufferPointer(start: means.pointer, count: count * 4)))
        }
    }
}

extension UnsafeMutableRawPointer {
    fileprivate func copyMemory(from bytes: UnsafeRawBufferPointer) {
        if let source = bytes.baseAddress { copyMemory(from: source, byteCount: bytes.count) }
    }
}
