/// Digits and signs that stand for letters within words.
enum Leetspeak {
    /// Readings of a text in which `1` and `!` stand for `i` in one and for `l` in the other.
    ///
    /// Only words that hold a letter are read so: a number remains a number.
    static func views(of bytes: UnsafeBufferPointer<UInt8>, _ base: TextView?) -> [TextView] {
        var views: [TextView] = []
        for one in [UInt8(ascii: "i"), UInt8(ascii: "l")] {
            var output = base?.bytes ?? Array(bytes)
            guard fold(&output, one: one), output != views.last?.bytes else { continue }
            views.append(TextView(kind: .leet, bytes: output, pieces: base?.pieces ?? []))
        }
        return views
    }

    /// Folds in place, byte by byte; tells whether anything changed.
    private static func fold(_ bytes: inout [UInt8], one: UInt8) -> Bool {
        var hasChanged = false
        var start = 0
        while start < bytes.count {
            var end = start
            var (hasLetter, hasSign) = (false, false)
            while end < bytes.count {
                let byte = bytes[end]
                if isLetter(byte) {
                    hasLetter = true
                } else if letter(byte, one: one) != nil {
                    hasSign = true
                } else {
                    break
                }
                end += 1
            }
            if hasLetter, hasSign {
                hasChanged = true
                for index in start..<end { bytes[index] = letter(bytes[index], one: one) ?? bytes[index] }
            }
            start = max(end, start + 1)
        }
        return hasChanged
    }

    private static func isLetter(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte | 0x20 }

    private static func letter(_ byte: UInt8, one: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0"): UInt8(ascii: "o")
        case UInt8(ascii: "1"), UInt8(ascii: "!"), UInt8(ascii: "|"): one
        case UInt8(ascii: "3"): UInt8(ascii: "e")
        case UInt8(ascii: "4"), UInt8(ascii: "@"): UInt8(ascii: "a")
        case UInt8(ascii: "5"), UInt8(ascii: "$"): UInt8(ascii: "s")
        case UInt8(ascii: "7"), UInt8(ascii: "+"): UInt8(ascii: "t")
        case UInt8(ascii: "8"): UInt8(ascii: "b")
        case UInt8(ascii: "9"): UInt8(ascii: "g")
        default: nil
        }
    }
}
