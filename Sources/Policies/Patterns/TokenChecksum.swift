/// Tokens that can be told from a chance string.
enum TokenChecksum {
    /// Whether the letters and digits after the last underscore end with the CRC-32 of the others in base 62.
    ///
    /// GitHub's tokens do ("Behind GitHub's new authentication token formats", 2021).
    static func isValid(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let body = text.split(separator: UInt8(ascii: "_")).last ?? text[...]
        guard body.count > 6 else { return false }
        var value: UInt64 = 0
        for byte in body.suffix(6) {
            switch byte {
            case 0x30...0x39: value = value * 62 + UInt64(byte) - 0x30
            case 0x41...0x5A: value = value * 62 + UInt64(byte) - 0x41 + 10
            case 0x61...0x7A: value = value * 62 + UInt64(byte) - 0x61 + 36
            default: return false
            }
        }
        return value == UInt64(crc32(body.dropLast(6)))
    }

    /// The CRC of ISO/IEC 3309, bit by bit: tokens are short.
    private static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    /// Whether the part before the first full stop is base64url of an object that names its algorithm (RFC 7519).
    static func isWebToken(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let header = text.prefix { $0 != UInt8(ascii: ".") }
        var decoded: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for byte in header.prefix(1 << 12) {
            let value: UInt8
            switch byte {
            case 0x41...0x5A: value = byte - 0x41
            case 0x61...0x7A: value = byte - 0x61 + 26
            case 0x30...0x39: value = byte - 0x30 + 52
            case UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "_"): value = 63
            default: return false
            }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return decoded.first == UInt8(ascii: "{") && decoded.contains(sequence: "\"alg\"".utf8)
    }
}

extension [UInt8] {
    fileprivate func contains(sequence: some Collection<UInt8>) -> Bool {
        indices.contains { self[$0...].starts(with: sequence) }
    }
}
