/// Characters written as numbers: bits, hexadecimal, octal and decimal codes, letters' numbers, and pairs of coordinates.
struct NumberDecoder: Decoder {
    let families: Set<CovertFamily>

    func decodings(of segment: Segment) -> [Decoding] {
        let hexadecimal = segment.digits + segment.count(of: 0x41...0x46) + segment.count(of: 0x61...0x66)
        let prefixes = segment.count(of: "xX\\%&#;uU,:-|/.".utf8)
        guard (hexadecimal + prefixes) * 10 >= segment.visible * 9, segment.visible >= 16, hexadecimal >= 16 else {
            return binaryLetters(segment)
        }
        var found: [Decoding] = []
        func add(_ family: CovertFamily, _ text: [UInt8]?, joined: Bool = false) {
            guard families.contains(family), let text, text.count >= 4, text.beginsAsText else { return }
            found.append(Decoding(family: family, text: text, isJoined: joined))
        }
        let digits = tokens(segment.bytes) { (0x30...0x39).contains($0) }
        if segment.digits * 100 >= hexadecimal * 96, !digits.isEmpty {
            let joined = digits.flatMap { $0 }
            let isBinary = segment.count(of: 0x32...0x39) * 50 <= segment.digits
            if isBinary {
                for decoding in bits(joined.map { $0 & 1 }) { add(.binary, decoding.text, joined: decoding.isJoined) }
            } else {
                let longest = digits.map(\.count).max() ?? 0
                let values = digits.map { $0.prefix(4).reduce(0) { $0 * 10 + Int($1 & 15) } }
                if longest <= 3, digits.count >= 8 {
                    add(.decimal, codes(values))
                    add(.decimal, codes(digits.map { $0.reduce(0) { $0 * 8 + Int($1 & 7) } }))
                    add(.decimal, alphabet(values, from: 1), joined: true)
                    add(.decimal, alphabet(values, from: 0), joined: true)
                }
                if joined.count % 3 == 0, longest > 3 {
                    add(.decimal, codes(groups(joined, 3).map { $0.reduce(0) { $0 * 10 + Int($1 & 15) } }))
                }
                if joined.count % 2 == 0 {
                    for square in Self.squares(digits, joined) { add(.polybius, square, joined: true) }
                    if longest > 3 {
                        add(
                            .decimal,
                            alphabet(groups(joined, 2).map { Int($0[0] & 15) * 10 + Int($0[1] & 15) }, from: 1),
                            joined: true)
                    }
                }
            }
        }
        add(.hex, Self.hex(segment.bytes))
        return found + (found.isEmpty ? binaryLetters(segment) : [])
    }

    /// Two letters or signs for bits: five a letter, as Bacon's, or seven or eight a character.
    private func binaryLetters(_ segment: Segment) -> [Decoding] {
        guard families.contains(.binary), segment.visible >= 40 else { return [] }
        var signs: [UInt8] = []
        for byte in 0x21..<0x7F where segment.counts[byte] > 0 { signs.append(UInt8(byte)) }
        signs.sort { (segment.counts[Int($1)], $0) < (segment.counts[Int($0)], $1) }
        guard signs.count >= 2, segment.count(of: signs.prefix(2)) * 20 >= segment.visible * 19 else { return [] }
        let pair = signs.prefix(2).sorted()
        return bits(segment.bytes.filter(pair.contains).map { $0 == pair[1] ? 1 : 0 })
            .filter(\.text.beginsAsText)
    }

    /// What bits say in groups of eight, seven and five.
    private func bits(_ bits: [UInt8]) -> [Decoding] {
        var found: [Decoding] = []
        for flip in [UInt8(0), 1] {
            for width in [8, 7] where bits.count >= width * 4 {
                let text = groups(bits, width).map { $0.reduce(UInt8(0)) { $0 << 1 | $1 ^ flip } }
                found.append(Decoding(family: .binary, text: text))
            }
            guard bits.count >= 60 else { continue }
            let letters = groups(bits, 5).map { $0.reduce(UInt8(0)) { $0 << 1 | $1 ^ flip } }
            for first in [UInt8(0), 1] where letters.allSatisfy({ $0 >= first && $0 < 26 + first }) {
                found.append(Decoding(family: .binary, text: letters.map { $0 - first + 0x61 }, isJoined: true))
            }
        }
        return found
    }

    private func codes(_ values: [Int]) -> [UInt8]? {
        guard values.allSatisfy({ (0x20..<0x100).contains($0) || $0 == 10 || $0 == 9 || $0 == 13 }) else { return nil }
        let bytes = values.map(UInt8.init)
        return String(validating: bytes, as: UTF8.self) == nil ? nil : bytes
    }

    private func alphabet(_ values: [Int], from first: Int) -> [UInt8]? {
        let spaces: Set<Int> = first == 1 ? [0, 27, 32, 99] : [26, 32, 99]
        var out: [UInt8] = []
        for value in values {
            if spaces.contains(value) {
                out.append(0x20)
            } else if (first..<first + 26).contains(value) {
                out.append(UInt8(0x61 + value - first))
            } else {
                return nil
            }
        }
        return out
    }

    /// The texts of a square of five by five, rows or columns first, without J or with C for K.
    private static func squares(_ tokens: [ArraySlice<UInt8>], _ joined: [UInt8]) -> [[UInt8]] {
        guard joined.allSatisfy({ (0x31...0x35).contains($0) }) else { return [] }
        let alphabets = ["abcdefghiklmnopqrstuvwxyz", "abcdefghijlmnopqrstuvwxyz"].map { Array($0.utf8) }
        var texts: [[UInt8]] = []
        for alphabet in alphabets {
            for swaps in [false, true] {
                var out: [UInt8] = []
                for token in tokens.count > 1 ? tokens : [joined[...]] {
                    guard token.count % 2 == 0 else { return [] }
                    for pair in groups(Array(token), 2) {
                        let (row, column) = (Int(pair[0] - 0x31), Int(pair[1] - 0x31))
                        out.append(alphabet[swaps ? column * 5 + row : row * 5 + column])
                    }
                    // Tokens of several letters are words.
                    if token.count > 2 { out.append(0x20) }
                }
                texts.append(out)
            }
        }
        return texts
    }

    /// Bytes that are written in hexadecimal, whatever stands between them; `nil` where digits are left over.
    static func hex(_ bytes: some Collection<UInt8>) -> [UInt8]? {
        var out: [UInt8] = []
        var half: UInt8?
        var previous: UInt8 = 0
        for byte in bytes {
            let isDigit = (0x30...0x39).contains(byte)
            if isDigit || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte) {
                let value = (byte & 15) + (isDigit ? 0 : 9)
                if let high = half {
                    out.append(high << 4 | value)
                    half = nil
                    if out.count == 24, !out.beginsAsText { return nil }
                } else {
                    half = value
                }
            } else if byte | 0x20 == UInt8(ascii: "x"), previous == 0x30, half == 0 {
                // The 0 of 0x is a mark.
                half = nil
            } else if half != nil || byte >= 0x80 || byte | 0x20 != UInt8(ascii: "x") && isLetter(byte) {
                // Letters between digits say something that the digits do not.
                return nil
            }
            previous = byte
        }
        return half == nil ? out : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private func tokens(_ bytes: [UInt8], _ isPart: (UInt8) -> Bool) -> [ArraySlice<UInt8>] {
        bytes.split { !isPart($0) }
    }
}

/// A list's consecutive groups of one size; a shorter one at the end is left out.
func groups(_ list: [UInt8], _ size: Int) -> [[UInt8]] {
    stride(from: 0, to: list.count - size + 1, by: size).map { Array(list[$0..<$0 + size]) }
}
