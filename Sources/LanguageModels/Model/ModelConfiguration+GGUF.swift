import TensorKernels

extension ModelConfiguration {
    /// Reads the shape from a model file's metadata.
    ///
    /// - Throws: `GGUFError` for a field that is missing or of another type, `LanguageModelError` for an architecture
    ///   that is not supported or numbers that do not fit each other.
    package init(file: GGUFFile) throws {
        let architecture = try file.requireString("general.architecture")
        guard let pairing: RotaryPairing = ["llama": .adjacent, "qwen2": .halves][architecture] else {
            throw LanguageModelError(
                .unsupportedArchitecture, "general.architecture is not one that Lethe can run",
                remedy: "Use a GGUF file of the llama or qwen2 architecture")
        }
        func count(_ key: String) throws -> Int { try file.requireUInt("\(architecture).\(key)") }
        let heads = try count("attention.head_count")
        let embedding = try count("embedding_length")
        let head = try file.optionalUInt("\(architecture).attention.key_length") ?? (heads > 0 ? embedding / heads : 0)
        self.init(
            architecture: architecture,
            vocabularyCount: try file.requireStrings("tokenizer.ggml.tokens").count,
            embeddingLength: embedding,
            blockCount: try count("block_count"),
            feedForwardLength: try count("feed_forward_length"),
            headCount: heads,
            keyValueHeadCount: try file.optionalUInt("\(architecture).attention.head_count_kv") ?? heads,
            headDimension: head,
            rotaryDimension: try file.optionalUInt("\(architecture).rope.dimension_count") ?? head,
            rotaryBase: try file.optionalFloat("\(architecture).rope.freq_base") ?? 10_000,
            normEpsilon: Float(try file.requireFloat("\(architecture).attention.layer_norm_rms_epsilon")),
            contextLength: try count("context_length"),
            rotaryPairing: pairing)
        try validate(file: file)
    }

    /// Bounds that keep every later size computation far from overflow.
    private func validate(file: GGUFFile) throws {
        func check(_ holds: Bool, _ what: String) throws(LanguageModelError) {
            guard holds else {
                throw LanguageModelError(
                    .invalidConfiguration, "\(architecture) metadata: \(what)",
                    remedy: "The file is damaged or made by a converter that Lethe does not know; fetch it again")
            }
        }
        try check((1...1 << 24).contains(vocabularyCount), "the vocabulary's size is out of range")
        try check((1...1 << 16).contains(embeddingLength), "embedding_length is out of range")
        try check((1...1 << 12).contains(blockCount), "block_count is out of range")
        try check((1...1 << 20).contains(feedForwardLength), "feed_forward_length is out of range")
        try check((1...1 << 12).contains(headCount), "attention.head_count is out of range")
        try check((1...headCount).contains(keyValueHeadCount), "attention.head_count_kv is out of range")
        try check(headCount % keyValueHeadCount == 0, "head_count is not a multiple of head_count_kv")
        try check((2...1 << 12).contains(headDimension) && headDimension % 2 == 0, "the head dimension is out of range")
        try check(rotaryDimension == headDimension, "rope.dimension_count differs from the head dimension")
        try check((1...1 << 24).contains(contextLength), "context_length is out of range")
        try check(rotaryBase.isFinite && rotaryBase >= 1, "rope.freq_base is out of range")
        try check(normEpsilon.isFinite && normEpsilon > 0, "layer_norm_rms_epsilon is out of range")
        let scaling = try file.optionalString("\(architecture).rope.scaling.type") ?? "none"
        try check(scaling == "none", "rope.scaling.type is not supported")
    }
}
