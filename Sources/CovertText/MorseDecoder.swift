/// Morse code (ITU-R M.1677) in any two signs, with letters set apart by spaces or slashes.
struct MorseDecoder: Decoder {
    func decodings(of segment: Segment) -> [Decoding] {
        guard segment.visible >= 16 else { return [] }
        let letters = segment.asciiLetters
        // Two letters may stand for the signs; any other letter is none of Morse.
        guard letters == 0 || letters * 10 >= segment.visible * 7, segment.digits * 10 <= segment.visible * 10 else {
            return []
        }
        let scalars = segment.scalars.map(Self.plain)
        var counts: [UInt32: Int] = [:]
        for scalar in scalars where !Self.isGap(scalar) { counts[scalar, default: 0] += 1 }
        let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        guard ranked.count >= 2, ranked.count <= 8 else { return [] }
        let all = ranked.reduce(0) { $0 + $1.value }
        guard (ranked[0].value + ranked[1].value) * 10 >= all * 9 else { return [] }
        let pair = [ranked[0].key, ranked[1].key]
        let known = Set(pair) == [0x2E, 0x2D]
        let orders: [[UInt32]] = known ? [[0x2E, 0x2D]] : [pair, pair.reversed()]
        return orders.compactMap { Self.read(scalars, dot: $0[0], dash: $0[1]) }
    }

    private static func plain(_ scalar: UInt32) -> UInt32 {
        switch scalar {
        case 0xB7, 0x2022, 0x2219, 0x22C5, 0x30FB, 0x25CF, 0x2024: 0x2E
        case 0x2010...0x2015, 0x2212, 0x5F, 0x2500, 0x30FC, 0xAF, 0x7E: 0x2D
        default: scalar
        }
    }

    private static func isGap(_ scalar: UInt32) -> Bool {
        scalar <= 0x20 || scalar == 0x2F || scalar == 0x7C || scalar == 0xA0
    }

    private static func read(_ scalars: [UInt32], dot: UInt32, dash: UInt32) -> Decoding? {
        var out: [UInt8] = []
        var (code, unknown, gaps) = (1, 0, 0)
        var hasSlash = false
        func close() {
            guard code > 1 else { return }
            if let letter = codes[code] { out.append(letter) } else { unknown += 1 }
            code = 1
        }
        for scalar in scalars {
            if scalar == dot || scalar == dash {
                if gaps > 1 || hasSlash, !out.isEmpty { out.append(0x20) }
                (gaps, hasSlash) = (0, false)
                code = code < 256 ? code * 2 + (scalar == dash ? 1 : 0) : code
            } else if isGap(scalar) {
                close()
                gaps += 1
                // A slash is a space between words, unless it stands between all letters.
                if scalar != 0x20 { hasSlash = gaps > 1 || hasSlash }
                if scalar == 0x0A { hasSlash = true }
            } else {
                close()
            }
        }
        close()
        guard out.count >= 8, unknown * 10 <= out.count else { return nil }
        return Decoding(family: .morse, text: out, isJoined: true)
    }

    /// The letter of each code; a code is a 1 and a bit for each sign, dash for 1.
    private static let codes: [Int: UInt8] = {
        let signs = [
            "a.-", "b-...", "c-.-.", "d-..", "e.", "f..-.", "g--.", "h....", "i..", "j.---", "k-.-", "l.-..", "m--",
            "n-.",
            "o---", "p.--.", "q--.-", "r.-.", "s...", "t-", "u..-", "v...-", "w.--", "x-..-", "y-.--", "z--..",
            "0-----",
            "1.----", "2..---", "3...--", "4....-", "5.....", "6-....", "7--...", "8---..", "9----.",
        ]
        var codes: [Int: UInt8] = [
            0b1010101: 0x2E, 0b1110011: 0x2C, 0b1001100: 0x3F, 0b1011110: 0x27, 0b1101011: 0x21, 0b1100001: 0x2D,
            0b1111000: 0x3A, 0b1101010: 0x3B, 0b1010010: 0x22, 0b1110010: 0x2F, 0b1110110: 0x28, 0b11101101: 0x29,
        ]
        for sign in signs {
            let bytes = Array(sign.utf8)
            codes[bytes.dropFirst().reduce(1) { $0 * 2 + ($1 == 0x2D ? 1 : 0) }] = bytes[0]
        }
        return codes
    }()
}
