/// How GGUF stores a run of weights: the element type of a tensor and the layout of its blocks.
///
/// Block layouts follow the GGUF specification's quantisation types; every multi-byte value is little-endian.
package enum BlockFormat: String, Sendable, CaseIterable {
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case q8_0 = "Q8_0"
    case q4_0 = "Q4_0"
    case q4_1 = "Q4_1"
    case q5_0 = "Q5_0"
    case q5_1 = "Q5_1"
    case q4_K = "Q4_K"
    case q5_K = "Q5_K"
    case q6_K = "Q6_K"

    /// Weights a block.
    package var blockLength: Int {
        switch self {
        case .f32, .f16, .bf16: 1
        case .q8_0, .q4_0, .q4_1, .q5_0, .q5_1: 32
        case .q4_K, .q5_K, .q6_K: 256
        }
    }

    /// Bytes a block.
    package var blockBytes: Int {
        switch self {
        case .f32: 4
        case .f16, .bf16: 2
        case .q8_0: 34
        case .q4_0: 18
        case .q4_1: 20
        case .q5_0: 22
        case .q5_1: 24
        case .q4_K: 144
        case .q5_K: 176
        case .q6_K: 210
        }
    }
}

/// Decodes `count` weights that start at a block's first byte.
///
/// - Precondition: `count` is a multiple of the format's block length and `source` holds that many blocks.
package func dequantize(
    _ source: UnsafeRawPointer, format: BlockFormat, count: Int, into target: UnsafeMutablePointer<Float>
) {
    let blocks = count / format.blockLength
    switch format {
    case .f32:
        for i in 0..<count { target[i] = source.loadUnaligned(fromByteOffset: i &* 4, as: Float.self) }
    case .f16:
        for i in 0..<count { target[i] = half(source, i &* 2) }
    case .bf16:
        for i in 0..<count {
            let bits = UInt32(source.loadUnaligned(fromByteOffset: i &* 2, as: UInt16.self))
            target[i] = Float(bitPattern: bits << 16)
        }
    case .q8_0:
        for b in 0..<blocks { decodeQ8(source + b &* 34, target + b &* 32) }
    case .q4_0:
        for b in 0..<blocks { decodeQ4(source + b &* 18, hasMinimum: false, target + b &* 32) }
    case .q4_1:
        for b in 0..<blocks { decodeQ4(source + b &* 20, hasMinimum: true, target + b &* 32) }
    case .q5_0:
        for b in 0..<blocks { decodeQ5(source + b &* 22, hasMinimum: false, target + b &* 32) }
    case .q5_1:
        for b in 0..<blocks { decodeQ5(source + b &* 24, hasMinimum: true, target + b &* 32) }
    case .q4_K:
        for b in 0..<blocks { decodeQ4K(source + b &* 144, target + b &* 256) }
    case .q5_K:
        for b in 0..<blocks { decodeQ5K(source + b &* 176, target + b &* 256) }
    case .q6_K:
        for b in 0..<blocks { decodeQ6K(source + b &* 210, target + b &* 256) }
    }
}

/// A float16 at a byte offset, widened.
@inline(__always)
func half(_ source: UnsafeRawPointer, _ offset: Int) -> Float {
    Float(Float16(bitPattern: source.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
}

@inline(__always)
func byte(_ source: UnsafeRawPointer, _ offset: Int) -> UInt8 {
    source.load(fromByteOffset: offset, as: UInt8.self)
}

/// Block of 32: scale d, then 32 signed bytes.
@inline(__always)
private func decodeQ8(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
    let d = half(source, 0)
    for i in 0..<32 { target[i] = d * Float(source.load(fromByteOffset: 2 &+ i, as: Int8.self)) }
}

/// Block of 32: scale d, minimum m if there is one, then 16 bytes; low nibbles are weights 0–15, high ones 16–31.
@inline(__always)
private func decodeQ4(_ source: UnsafeRawPointer, hasMinimum: Bool, _ target: UnsafeMutablePointer<Float>) {
    let d = half(source, 0)
    let m = hasMinimum ? half(source, 2) : -8 * d
    let packed = source + (hasMinimum ? 4 : 2)
    for i in 0..<16 {
        let q = byte(packed, i)
        target[i] = Float(q & 0x0F) * d + m
        target[i &+ 16] = Float(q >> 4) * d + m
    }
}

/// Block of 32: scale d, minimum m if there is one, 32 fifth bits, then 16 bytes as in `decodeQ4`.
@inline(__always)
private func decodeQ5(_ source: UnsafeRawPointer, hasMinimum: Bool, _ target: UnsafeMutablePointer<Float>) {
    let d = half(source, 0)
    let m = hasMinimum ? half(source, 2) : -16 * d
    let high = source.loadUnaligned(fromByteOffset: hasMinimum ? 4 : 2, as: UInt32.self)
    let packed = source + (hasMinimum ? 8 : 6)
    for i in 0..<16 {
        let q = byte(packed, i)
        let low5 = UInt32(q & 0x0F) | ((high >> UInt32(i)) & 1) << 4
        let high5 = UInt32(q >> 4) | ((high >> UInt32(i &+ 16)) & 1) << 4
        target[i] = Float(low5) * d + m
        target[i &+ 16] = Float(high5) * d + m
    }
}
