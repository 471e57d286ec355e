import Foundation
import TensorKernels
import Testing

@Suite("Quantised blocks decode to their definition")
struct BlockFormatTests {
    /// A block's bytes from a seeded source, with scales set to plain float16 values.
    private func block(_ format: BlockFormat, seed: UInt64) -> [UInt8] {
        var noise = Noise(seed)
        var bytes = (0..<format.blockBytes).map { _ in UInt8(truncatingIfNeeded: Int(noise.next() * 127)) }
        func setHalf(_ value: Float, at offset: Int) {
            let bits = Float16(value).bitPattern
            bytes[offset] = UInt8(bits & 0xFF)
            bytes[offset + 1] = UInt8(bits >> 8)
        }
        switch format {
        case .f32, .f16, .bf16: break
        case .q8_0, .q4_0, .q5_0: setHalf(0.25, at: 0)
        case .q4_1, .q5_1:
            setHalf(0.5, at: 0)
            setHalf(-1.5, at: 2)
        case .q4_K, .q5_K:
            setHalf(0.125, at: 0)
            setHalf(0.0625, at: 2)
        case .q6_K: setHalf(0.03125, at: 208)
        }
        return bytes
    }

    private func decoded(_ bytes: [UInt8], _ format: BlockFormat) -> [Float] {
        let count = bytes.count / format.blockBytes * format.blockLength
        let target = FloatBuffer(count: count)
        bytes.withUnsafeBytes { dequantize($0.baseAddress!, format: format, count: count, into: target.pointer) }
        return target.array
    }

    /// Six-bit scale and minimum of a group as the specification words it: eight scales, then eight minima, packed.
    private func sixBit(_ s: [UInt8], _ j: Int) -> (Float, Float) {
        j < 4
            ? (Float(s[j] & 63), Float(s[j + 4] & 63))
            : (
                Float((s[j + 4] & 15) | ((s[j - 4] >> 6) << 4)),
                Float((s[j + 4] >> 4) | ((s[j] >> 6) << 4))
            )
    }

    @Test("Formats of 32 weights", arguments: [BlockFormat.q8_0, .q4_0, .q4_1, .q5_0, .q5_1], 1...4)
    func blocksOf32(format: BlockFormat, seed: Int) {
        let b = block(format, seed: UInt64(seed))
        let values = decoded(b, format)
        for i in 0..<32 {
            let nibble = { (base: Int) -> Int in i < 16 ? Int(b[base + i] & 15) : Int(b[base + i - 16] >> 4) }
            let fifth = { (base: Int) -> Int in Int(b[base + i / 8] >> UInt8(i % 8)) & 1 }
            let expected: Float =
                switch format {
                case .q8_0: 0.25 * Float(Int8(bitPattern: b[2 + i]))
                case .q4_0: 0.25 * Float(nibble(2) - 8)
                case .q4_1: 0.5 * Float(nibble(4)) - 1.5
                case .q5_0: 0.25 * Float(nibble(6) + 16 * fifth(2) - 16)
                default: 0.5 * Float(nibble(8) + 16 * fifth(4)) - 1.5
                }
            #expect(values[i] == expected, "\(format) weight \(i)")
        }
    }

    @Test("Q4_K and Q5_K", arguments: [BlockFormat.q4_K, .q5_K], 1...4)
    func superBlocks(format: BlockFormat, seed: Int) {
        let b = block(format, seed: UInt64(seed))
        let values = decoded(b, format)
        let scales = Array(b[4..<16])
        for i in 0..<256 {
            let group = i / 32
            let base = format == .q4_K ? 16 : 48
            let packed = b[base + group / 2 * 32 + i % 32]
            var q = Int(group % 2 == 0 ? packed & 15 : packed >> 4)
            if format == .q5_K { q += Int(b[16 + i % 32] >> UInt8(group) & 1) * 16 }
            let (scale, minimum) = sixBit(scales, group)
            #expect(values[i] == 0.125 * scale * Float(q) - 0.0625 * minimum, "\(format) weight \(i)")
        }
    }

    @Test("Q6_K", arguments: 1...4)
    func sixBitBlocks(seed: Int) {
        let b = block(.q6_K, seed: UInt64(seed))
        let values = decoded(b, .q6_K)
        for i in 0..<256 {
            let half = i / 128
            let within = i % 128
            let quarter = within / 32
            let low = b[half * 64 + within % 64]
            let nibble = quarter < 2 ? low & 15 : low >> 4
            let pair = b[128 + half * 32 + within % 32] >> UInt8(2 * quarter) & 3
            let scale = Float(Int8(bitPattern: b[192 + i / 16]))
            #expect(values[i] == 0.03125 * scale * Float(Int(nibble) + 16 * Int(pair) - 32), "weight \(i)")
        }
    }

    @Test("Plain floats")
    func plainFloats() {
        let numbers: [Float] = [1.5, -0.25, 96, 0]
        var f32: [UInt8] = []
        var f16: [UInt8] = []
        var bf16: [UInt8] = []
        for number in numbers {
            withUnsafeBytes(of: number.bitPattern.littleEndian) { f32 += $0 }
            withUnsafeBytes(of: Float16(number).bitPattern.littleEndian) { f16 += $0 }
            withUnsafeBytes(of: UInt16(number.bitPattern >> 16).littleEndian) { bf16 += $0 }
        }
        #expect(decoded(f32, .f32) == numbers)
        #expect(decoded(f16, .f16) == numbers)
        #expect(decoded(bf16, .bf16) == numbers)
    }
}
