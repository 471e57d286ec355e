package import TensorKernels

/// The shape of a Llama-family transformer.
package struct ModelConfiguration: Sendable, Hashable {
    /// GGUF's `general.architecture`: `llama` or `qwen2`.
    package var architecture: String

    /// Tokens in the vocabulary.
    package var vocabularyCount: Int

    /// Width of the residual stream.
    package var embeddingLength: Int

    /// Transformer layers.
    package var blockCount: Int

    /// Width of the feed-forward layer.
    package var feedForwardLength: Int

    /// Query heads.
    package var headCount: Int

    /// Key and value heads; each serves `headCount / keyValueHeadCount` query heads (Ainslie et al., 2023).
    package var keyValueHeadCount: Int

    /// Components of a head.
    package var headDimension: Int

    /// Components of a head that are rotated.
    package var rotaryDimension: Int

    /// Base of the rotary frequencies.
    package var rotaryBase: Double

    /// ε of every RMSNorm.
    package var normEpsilon: Float

    /// The longest sequence that the model was trained on, in tokens.
    package var contextLength: Int

    /// Which components of a head are turned together.
    package var rotaryPairing: RotaryPairing

    /// Query heads that share a key and value head.
    package var groupSize: Int { headCount / keyValueHeadCount }

    /// Width of all key heads, and of all value heads.
    package var keyValueLength: Int { keyValueHeadCount * headDimension }

    /// Width of all query heads.
    package var queryLength: Int { headCount * headDimension }

    /// Creates a configuration.
    package init(
        architecture: String, vocabularyCount: Int, embeddingLength: Int, blockCount: Int, feedForwardLength: Int,
        headCount: Int, keyValueHeadCount: Int, headDimension: Int, rotaryDimension: Int, rotaryBase: Double,
        normEpsilon: Float, contextLength: Int, rotaryPairing: RotaryPairing
    ) {
        self.architecture = architecture
        self.vocabularyCount = vocabularyCount
        self.embeddingLength = embeddingLength
        self.blockCount = blockCount
        self.feedForwardLength = feedForwardLength
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension
        self.rotaryDimension = rotaryDimension
        self.rotaryBase = rotaryBase
        self.normEpsilon = normEpsilon
        self.contextLength = contextLength
        self.rotaryPairing = rotaryPairing
    }
}
