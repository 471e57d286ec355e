/// The six-bit scale and minimum of group `j` of eight, from the twelve packed bytes of a Q4_K or Q5_K block.
@inline(__always)
private func groupScale(_ scales: UnsafeRawPointer, _ j: Int) -> (scale: Float, minimum: Float) {
    if j < 4 { return (Float(byte(scales, j) & 63), Float(byte(scales, j &+ 4) & 63)) }
    let scale = (byte(scales, j &+ 4) & 0x0F) | (byte(scales, j &- 4) >> 6) << 4
    let minimum = (byte(scales, j &+ 4) >> 4) | (byte(scales, j) >> 6) << 4
    return (Float(scale), Float(minimum))
}

/// Block of 256: d, dmin, 12 bytes of scales, 128 bytes of nibbles; each 32 bytes hold groups 2g (low) and 2g + 1 (high).
@inline(__always)
func decodeQ4K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
    let d = half(source, 0)
    let dmin = half(source, 2)
    for g in 0..<4 {
        let (s0, m0) = groupScale(source + 4, 2 &* g)
        let (s1, m1) = groupScale(source + 4, 2 &* g &+ 1)
        let packed = source + 16 + 32 &* g
        let out = target + 64 &* g
        for i in 0..<32 {
            let q = byte(packed, i)
            out[i] = d * s0 * Float(q & 0x0F) - dmin * m0
            out[i &+ 32] = d * s1 * Float(q >> 4) - dmin * m1
        }
    }
}

/// Block of 256: as Q4_K, with 32 bytes of fifth bits before the nibbles; bit 2g serves group 2g, bit 2g + 1 the next.
@inline(__always)
func decodeQ5K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
    let d = half(source, 0)
    let dmin = half(source, 2)
    let high = source + 16
    for g in 0..<4 {
        let (s0, m0) = groupScale(source + 4, 2 &* g)
        let (s1, m1) = groupScale(source + 4, 2 &* g &+ 1)
        let packed = source + 48 + 32 &* g
        let out = target + 64 &* g
        for i in 0..<32 {
            let q = byte(packed, i)
            let h = byte(high, i) >> UInt8(2 &* g)
            out[i] = d * s0 * Float((q & 0x0F) | (h & 1) << 4) - dmin * m0
            out[i &+ 32] = d * s1 * Float((q >> 4) | (h >> 1 & 1) << 4) - dmin * m1
        }
    }
}

/// Block of 256: 128 bytes of low nibbles, 64 of high bit pairs, 16 signed scales (one for 16 weights), d.
@inline(__always)
func decodeQ6K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
    let d = half(source, 208)
    for n in 0..<2 {
        let low = source + 64 &* n
        let high = source + 128 + 32 &* n
        let scales = source + 192 + 8 &* n
        let out = target + 128 &* n
        for i in 0..<32 {
            let h = byte(high, i)
            let a = Int32((byte(low, i) & 0x0F) | (h & 3) << 4) &- 32
            let b = Int32((byte(low, i &+ 32) & 0x0F) | (h >> 2 & 3) << 4) &- 32
            let c = Int32(byte(low, i) >> 4 | (h >> 4 & 3) << 4) &- 32
            let e = Int32(byte(low, i &+ 32) >> 4 | (h >> 6 & 3) << 4) &- 32
            let group = i / 16
            out[i] = d * signed(scales, group) * Float(a)
            out[i &+ 32] = d * signed(scales, group &+ 2) * Float(b)
            out[i &+ 64] = d * signed(scales, group &+ 4) * Float(c)
            out[i &+ 96] = d * signed(scales, group &+ 6) * Float(e)
        }
    }
}

@inline(__always)
private func signed(_ source: UnsafeRawPointer, _ offset: Int) -> Float {
    Float(source.load(fromByteOffset: offset, as: Int8.self))
}
