package import TensorKernels

/// Where a tensor of a GGUF file lies, and how it is stored.
package struct GGUFTensor: Sendable, Hashable {
    /// The tensor's name, such as `blk.0.attn_q.weight`.
    package let name: String

    /// Extents in the file's order: the first is the one whose elements lie side by side.
    package let shape: [Int]

    /// How elements are stored.
    package let format: BlockFormat

    /// The first byte, counted from the start of the file.
    package let offset: Int

    /// Bytes that the elements take.
    package let byteCount: Int

    /// Elements of all dimensions.
    package var elementCount: Int { shape.reduce(1, *) }
}

extension BlockFormat {
    /// The format of a `ggml_type` number, if it is one that can be decoded.
    init?(ggmlType number: UInt32) {
        switch number {
        case 0: self = .f32
        case 1: self = .f16
        case 2: self = .q4_0
        case 3: self = .q4_1
        case 6: self = .q5_0
        case 7: self = .q5_1
        case 8: self = .q8_0
        case 12: self = .q4_K
        case 13: self = .q5_K
        case 14: self = .q6_K
        case 30: self = .bf16
        default: return nil
        }
    }

    /// A `ggml_type` that GGUF knows and this program does not, by name, for messages.
    static func unsupportedName(ggmlType number: UInt32) -> String {
        let names: [UInt32: String] = [
            9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S",
            20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64",
            29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
        ]
        return names[number] ?? "type \(number)"
    }
}
