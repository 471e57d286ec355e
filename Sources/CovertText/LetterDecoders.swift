/// Shifted and reversed alphabets.
struct AlphabetDecoder: Decoder {
    let families: Set<CovertFamily>

    func decodings(of segment: Segment) -> [Decoding] {
        var found: [Decoding] = []
        if segment.asciiLetters * 2 >= segment.visible {
            if families.contains(.rotation) {
                for shift in 1...25 {
                    found.append(Decoding(family: .rotation, text: map(segment.bytes) { ($0 + shift) % 26 }))
                }
            }
            if families.contains(.atbash) {
                found.append(Decoding(family: .atbash, text: map(segment.bytes) { 25 - $0 }))
            }
        }
        if families.contains(.rotation), segment.high == 0 {
            found.append(Decoding(family: .rotation, text: Self.halfTurn(segment.bytes)))
        }
        return found
    }

    /// rot47: printable ASCII moved on by half of its 94 characters.
    static func halfTurn(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { (0x21...0x7E).contains($0) ? ($0 - 0x21 + 47) % 94 + 0x21 : $0 }
    }

    private func map(_ bytes: [UInt8], _ change: (Int) -> Int) -> [UInt8] {
        let changed = (0..<26).map { UInt8(change($0)) }
        return bytes.map { byte in
            switch byte {
            case 0x41...0x5A: changed[Int(byte - 0x41)] + 0x41
            case 0x61...0x7A: changed[Int(byte - 0x61)] + 0x61
            default: byte
            }
        }
    }
}

/// Text that runs backwards, as a whole or word by word.
struct ReversalDecoder: Decoder {
    func decodings(of segment: Segment) -> [Decoding] {
        let scalars = segment.scalars
        var words: [UInt32] = []
        for word in scalars.split(omittingEmptySubsequences: false, whereSeparator: { $0 <= 0x20 }) {
            words += word.reversed() + [0x20]
        }
        return [Array(scalars.reversed()), words].map { scalars in
            var text: [UInt8] = []
            for scalar in scalars { text.append(scalar: scalar) }
            return Decoding(family: .reversed, text: text)
        }
    }
}

/// Characters in another order: rail fences, columns read downwards, and texts that take turns.
struct TranspositionDecoder: Decoder {
    func decodings(of segment: Segment) -> [Decoding] {
        // A space at either end may be one of the shuffled characters, or stand around them; line ends stand around.
        let scalars = Array(segment.scalars.drop { $0 < 0x20 })
        let text = Array(scalars.dropLast(scalars.reversed().prefix { $0 < 0x20 }.count))
        let inner = Array(text.drop { $0 == 0x20 })
        let core = Array(inner.dropLast(inner.reversed().prefix { $0 == 0x20 }.count))
        return decodings(of: text) + (core.count < text.count ? decodings(of: core) : [])
    }

    private func decodings(of text: [UInt32]) -> [Decoding] {
        guard text.count >= 16 else { return [] }
        var orders: [[Int]] = []
        for rails in 2...min(10, text.count / 3) { orders.append(Self.rails(text.count, rails)) }
        for columns in 2...min(20, text.count / 2) { orders.append(Self.columns(text.count, columns)) }
        var found: [Decoding] = []
        for order in orders {
            // What stood at `i` of the plain text stands at `order[i]` here, or the other way round.
            var inverse = [UInt32](repeating: 0, count: text.count)
            for (plain, place) in order.enumerated() { inverse[place] = text[plain] }
            found.append(decoding(order.map { text[$0] }))
            found.append(decoding(inverse))
        }
        for step in 2...4 {
            for first in 0..<step {
                found.append(decoding(stride(from: first, to: text.count, by: step).map { text[$0] }))
            }
        }
        return found
    }

    private func decoding(_ scalars: [UInt32]) -> Decoding {
        var text: [UInt8] = []
        text.reserveCapacity(scalars.count)
        for scalar in scalars { text.append(scalar: scalar) }
        return Decoding(family: .transposed, text: text, isJoined: true)
    }

    /// For each place of a plain text, its place when it is written up and down a fence and read rail by rail.
    private static func rails(_ count: Int, _ rails: Int) -> [Int] {
        let period = 2 * (rails - 1)
        var order = [Int](repeating: 0, count: count)
        var place = 0
        for rail in 0..<rails {
            for plain in 0..<count where min(plain % period, period - plain % period) == rail {
                order[plain] = place
                place += 1
            }
        }
        return order
    }

    /// The same when it is written in rows and read column by column.
    private static func columns(_ count: Int, _ columns: Int) -> [Int] {
        var order = [Int](repeating: 0, count: count)
        var place = 0
        for column in 0..<columns {
            for plain in stride(from: column, to: count, by: columns) {
                order[plain] = place
                place += 1
            }
        }
        return order
    }
}

/// Pig Latin: a word's first consonants stand at its end, before `ay`.
struct PigLatinDecoder: Decoder {
    func decodings(of segment: Segment) -> [Decoding] {
        guard segment.asciiLetters * 10 >= segment.visible * 8 else { return [] }
        let words = segment.bytes.split { LanguageTables.shared.symbols[Int($0)] == 0 }
        let pig = words.filter { $0.count > 2 && $0.suffix(2).elementsEqual("ay".utf8) }
        guard words.count >= 6, pig.count * 10 >= words.count * 8, Set(pig).count * 2 >= pig.count else { return [] }
        var text: [UInt8] = []
        for word in words {
            if !text.isEmpty { text.append(0x20) }
            text += Self.plain(word.map { $0 | 0x20 })
        }
        return [Decoding(family: .pigLatin, text: text)]
    }

    private static func plain(_ word: [UInt8]) -> [UInt8] {
        guard word.count > 2, word.suffix(2).elementsEqual("ay".utf8) else { return word }
        let body = word.dropLast(2)
        // A word that began with a vowel got `way` or `yay`, or only `ay`.
        var best = Array(body)
        var rank = Int.max
        for moved in 0...min(4, body.count - 1) {
            let candidate = Array(body.suffix(moved) + body.dropLast(moved))
            for drop in [false, true] where !drop || moved == 0 && body.count > 1 {
                let word = drop ? Array(body.dropLast()) : candidate
                let known = LanguageTables.shared.words[LanguageTables.pack(word.map { $0 & 31 })] ?? Int.max
                if known < rank { (best, rank) = (word, known) }
            }
        }
        if rank == Int.max {
            // An unknown word: consonants at the end came from the front.
            let moved = body.reversed().prefix { !"aeiouy".utf8.contains($0) }.count
            if moved > 0, moved < 4, moved < body.count { best = Array(body.suffix(1) + body.dropLast(1)) }
        }
        return best
    }
}

/// The same sign, or the same few, between all characters.
struct DelimiterDecoder: Decoder {
    func decodings(of segment: Segment) -> [Decoding] {
        guard segment.visible >= 12,
            (segment.counts.max() ?? 0) * 5 >= segment.bytes.count || segment.high * 3 >= segment.visible
        else {
            return []
        }
        let scalars = segment.scalars
        var tried: Set<[UInt32]> = []
        for start in [0, scalars.count / 2, scalars.count / 2 + 1, scalars.count / 2 + 2, scalars.count / 2 + 3] {
            for length in 1...4 where start + 1 + length < scalars.count {
                let delimiter = Array(scalars[(start + 1)...(start + length)])
                guard tried.insert(delimiter).inserted else { continue }
                if let text = split(scalars, delimiter) {
                    return [Decoding(family: .delimited, text: text, isJoined: true)]
                }
            }
        }
        return []
    }

    /// The text between delimiters, if nearly all pieces are of one character.
    private func split(_ scalars: [UInt32], _ delimiter: [UInt32]) -> [UInt8]? {
        var out: [UInt8] = []
        var (pieces, single, empty, length) = (0, 0, 0, 0)
        let hasSpace = delimiter == [0x20]
        func close() {
            if length == 0 {
                empty += 1
            } else {
                pieces += 1
                if length == 1 { single += 1 }
                if empty > 0 { out.insert(0x20, at: out.count - lastLength) }
                empty = 0
            }
            length = 0
        }
        var lastLength = 0
        var at = 0
        while at < scalars.count {
            if scalars[at] == delimiter[0], at + delimiter.count <= scalars.count,
                scalars[at..<at + delimiter.count].elementsEqual(delimiter)
            {
                close()
                lastLength = 0
                at += delimiter.count
                continue
            }
            let before = out.count
            // A line's end stands by itself, whatever the delimiter is.
            if scalars[at] == 0x0A || scalars[at] == 0x0D {
                close()
                lastLength = 0
                out.append(UInt8(scalars[at]))
            } else {
                out.append(scalar: scalars[at])
                lastLength += out.count - before
                length += 1
            }
            at += 1
        }
        close()
        guard pieces >= 12, single * 100 >= pieces * (hasSpace ? 90 : 85) else { return nil }
        return out
    }
}
