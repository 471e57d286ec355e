/// Bits in white space: at the ends of lines, in lines of white space only, in wide gaps between words, and in spaces
/// of two kinds.
enum WhitespaceDecoder {
    /// The readings of a text's white space.
    static func readings(_ bytes: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var padding: [UInt32] = []
        var gaps: [UInt32] = []
        var kinds: [UInt32] = []
        var at = 0
        var inLine = false
        while at < bytes.count {
            let start = at
            while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
            if at > start {
                let isEnd = at == bytes.count || bytes[at] == 0x0A || bytes[at] == 0x0D
                if isEnd {
                    for byte in bytes[start..<at] { padding.append(UInt32(byte)) }
                } else if inLine {
                    // One space or two, or a space or a tab.
                    gaps.append(at - start == 1 ? UInt32(bytes[start]) : UInt32(100 + min(at - start, 4)))
                    kinds.append(UInt32(bytes[start]))
                }
                continue
            }
            let byte = bytes[at]
            if byte < 0x80 {
                inLine = byte != 0x0A && byte != 0x0D
                at += 1
            } else {
                let scalar = bytes.scalar(at: at)
                if scalar == 0xA0 || (0x2000...0x200A).contains(scalar) || scalar == 0x202F || scalar == 0x205F
                    || scalar == 0x3000
                {
                    kinds.append(scalar)
                    gaps.append(scalar)
                }
                at += byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            }
        }
        for marks in [padding, gaps, kinds] where marks.count >= 56 { found += BitText.readings(ofMarks: marks) }
        return found
    }
}
