/// Characters written as escapes where none is needed: `%48`, `\x48`, `\u0048`, `&#72;`, `&#x48;`, `U+0048`.
struct EscapeDecoder: Decoder {
    func decodings(of segment: Segment) -> [Decoding] {
        let leads = segment.counts[0x25] + segment.counts[0x5C] + segment.counts[0x26] + segment.counts[0x2B]
        guard leads >= 8 else { return [] }
        let bytes = segment.bytes
        var out: [UInt8] = []
        var letters = 0
        var at = 0
        while at < bytes.count {
            guard let (scalar, end) = Self.escape(bytes, at) else {
                out.append(bytes[at])
                at += 1
                continue
            }
            if scalar < 0x80, LanguageTables.shared.symbols[Int(scalar)] != 0 { letters += 1 }
            out.append(scalar: scalar)
            at = end
        }
        // Escaped spaces and marks are ordinary in links; escaped letters are not.
        guard letters >= 8, letters * 3 >= out.count else { return [] }
        // What stood between escapes that are set apart is not part of the text.
        let isSpaced = out.count >= 2 * letters
        let text = isSpaced ? out.enumerated().filter { $0.offset % 2 == 0 }.map(\.element) : out
        return [Decoding(family: .escapes, text: text)]
    }

    /// The scalar of the escape that begins at an offset, and where it ends.
    private static func escape(_ bytes: [UInt8], _ at: Int) -> (UInt32, Int)? {
        func byte(_ offset: Int) -> UInt8 { at + offset < bytes.count ? bytes[at + offset] : 0 }
        let lower = byte(1) | 0x20
        switch byte(0) {
        case UInt8(ascii: "%"): return number(bytes, at + 1, 16, 2...2)
        case UInt8(ascii: "\\") where lower == UInt8(ascii: "x"): return number(bytes, at + 2, 16, 2...2)
        case UInt8(ascii: "\\") where lower == UInt8(ascii: "u"):
            guard byte(2) == UInt8(ascii: "{") else { return number(bytes, at + 2, 16, 4...4) }
            return closed(number(bytes, at + 3, 16, 1...6), bytes, UInt8(ascii: "}"))
        case UInt8(ascii: "\\"): return number(bytes, at + 1, 8, 3...3)
        case UInt8(ascii: "U") where byte(1) == UInt8(ascii: "+"): return number(bytes, at + 2, 16, 4...6)
        case UInt8(ascii: "&") where byte(1) == UInt8(ascii: "#"):
            let isHex = byte(2) | 0x20 == UInt8(ascii: "x")
            return closed(number(bytes, at + (isHex ? 3 : 2), isHex ? 16 : 10, 1...6), bytes, UInt8(ascii: ";"))
        default: return nil
        }
    }

    private static func closed(_ found: (UInt32, Int)?, _ bytes: [UInt8], _ mark: UInt8) -> (UInt32, Int)? {
        guard let (value, end) = found, end < bytes.count, bytes[end] == mark else { return nil }
        return (value, end + 1)
    }

    private static func number(
        _ bytes: [UInt8], _ start: Int, _ radix: UInt32, _ widths: ClosedRange<Int>
    ) -> (UInt32, Int)? {
        var value: UInt32 = 0
        var at = start
        while at < bytes.count, at - start < widths.upperBound {
            let byte = bytes[at]
            let digit: UInt32
            switch byte {
            case 0x30...0x39: digit = UInt32(byte - 0x30)
            case 0x41...0x46, 0x61...0x66: digit = UInt32(byte & 15) + 9
            default: digit = 99
            }
            guard digit < radix else { break }
            value = value * radix + digit
            at += 1
        }
        return widths.contains(at - start) ? (value, at) : nil
    }
}
