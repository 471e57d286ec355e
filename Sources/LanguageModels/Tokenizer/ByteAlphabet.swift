/// GPT-2's printable spelling of bytes: every byte is one character from U+0021 to U+0143.
///
/// Printable Latin-1 bytes stand for themselves; the other 68 are numbered from U+0100 in ascending order
/// (`bytes_to_unicode` in Radford et al., 2019).
enum ByteAlphabet {
    /// The byte that a scalar spells, by scalar value; -1 where it spells none.
    private static let byteOfScalar: [Int16] = {
        var table = [Int16](repeating: -1, count: 0x144)
        var next = 0x100
        for byte in 0..<256 {
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF:
                table[byte] = Int16(byte)
            default:
                table[next] = Int16(byte)
                next += 1
            }
        }
        return table
    }()

    /// Appends the bytes that `spelling`, in UTF-8, stands for.
    ///
    /// - Returns: `false`, with `target` as it was, if a character is not of the alphabet.
    static func decode(_ spelling: UnsafeRawBufferPointer, into target: inout [UInt8]) -> Bool {
        let table = byteOfScalar
        let start = target.count
        var index = 0
        while index < spelling.count {
            var scalar = Int(spelling[index])
            index += 1
            if scalar >= 0x80 {
                // The alphabet ends below U+0800, so two bytes are the longest form.
                guard scalar & 0xE0 == 0xC0, index < spelling.count, spelling[index] & 0xC0 == 0x80 else {
                    target.removeSubrange(start...)
                    return false
                }
                scalar = (scalar & 0x1F) << 6 | Int(spelling[index] & 0x3F)
                index += 1
            }
            guard scalar < table.count, table[scalar] >= 0 else {
                target.removeSubrange(start...)
                return false
            }
            target.append(UInt8(truncatingIfNeeded: table[scalar]))
        }
        return true
    }
}
