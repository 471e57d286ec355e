/// Reading scalars out of UTF-8 that is known to be valid, as a Swift string's is.
package enum UTF8Scalars {
    /// The scalar that begins at an offset, and its length in bytes.
    ///
    /// - Parameter offset: where a scalar begins; less than the count.
    @inlinable
    package static func scalar(at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> (value: UInt32, length: Int) {
        let first = UInt32(bytes[offset])
        func next(_ index: Int) -> UInt32 {
            offset + index < bytes.count ? UInt32(bytes[offset + index]) & 0x3F : 0
        }
        if first < 0x80 { return (first, 1) }
        if first < 0xE0 { return ((first & 0x1F) << 6 | next(1), 2) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | next(1) << 6 | next(2), 3) }
        return ((first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
    }

    /// The scalar that ends before an offset greater than zero.
    package static func scalar(before offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var start = offset - 1
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return scalar(at: start, in: bytes).value
    }

    /// The first offset from `start` on whose byte is not ASCII; the count if there is none.
    package static func asciiEnd(from start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var offset = start
        let raw = UnsafeRawBufferPointer(bytes)
        while offset + 32 <= raw.count {
            let block = raw.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self) & 0x8080_8080_8080_8080
            guard block == .zero else { break }
            offset += 32
        }
        while offset < raw.count, raw[offset] < 0x80 { offset += 1 }
        return offset
    }

    /// Appends a scalar's bytes.
    static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        if value < 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value))
        } else if let scalar = Unicode.Scalar(value) {
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }
}
