/// A text as a row of signs that may each stand for a letter.
struct SignText: Sendable {
    /// The signs in order; 0 is a space.
    var signs: [UInt32]

    /// Whether no spaces are known.
    var isJoined: Bool

    /// Whether the signs are letters, so that other marks around them are ordinary.
    var isLetters: Bool

    /// Whether most words are set apart by more than a space, as in lists.
    var isList = false

    /// Whether all signs are emoji, or letters of scripts that nobody writes today.
    var isExotic: Bool {
        !isLetters && !isJoined
            && signs.allSatisfy { sign in
                sign == 0 || sign >= 0x1680 && !(0x2190..<0x2600).contains(sign) && LivingScript(sign) == nil
            }
    }

    /// How many signs are no spaces.
    var length: Int

    /// How many different ones there are.
    var distinct: Int

    init?(_ signs: [UInt32], isLetters: Bool = false) {
        var text: [UInt32] = [0]
        for sign in signs where sign != 0 || text[text.count - 1] != 0 { text.append(sign) }
        if text[text.count - 1] != 0 { text.append(0) }
        length = text.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
        let spaces = text.count - length - 2
        isJoined = spaces * 14 < length
        self.signs = isJoined ? text.filter { $0 != 0 } : text
        self.isLetters = isLetters
        distinct = Set(text).count - 1
        guard length >= 24, distinct >= 10, distinct <= 40 else { return nil }
    }

    /// The different words of several texts, or their beginnings where they have no spaces.
    init?(pooling texts: [SignText]) {
        guard let first = texts.first else { return nil }
        var seen: Set<ArraySlice<UInt32>> = []
        var signs: [UInt32] = []
        for text in texts {
            let parts = first.isJoined ? [text.signs.prefix(100)] : text.signs.split(separator: 0)
            for part in parts where seen.insert(part).inserted {
                signs += part
                if !first.isJoined { signs.append(0) }
            }
            if signs.count >= SubstitutionSolver.longest { break }
        }
        self.init(signs, isLetters: first.isLetters)
    }

    /// Whether the same three signs follow one another as often as in a language, far more than by chance, in a text
    /// whose words are not known: in English about eight times as often.
    var hasRepeats: Bool {
        guard isJoined || !isLetters, distinct >= 14, distinct <= 30 else { return false }
        let plain = signs.filter { $0 != 0 }
        var counts: [SIMD3<UInt32>: Int] = [:]
        for place in plain.indices.dropFirst(2) {
            counts[SIMD3(plain[place - 2], plain[place - 1], plain[place]), default: 0] += 1
        }
        let pairs = Double(counts.values.reduce(0) { $0 + $1 * ($1 - 1) }) / 2
        let chance = coincidence * coincidence * coincidence * Double(plain.count * plain.count) / 2
        return pairs >= 5 && pairs >= 2.4 * chance && pairs <= 14 * chance
    }

    /// The chance that two signs are the same: 0.066 in English, 0.038 where all letters are alike.
    var coincidence: Double {
        var counts: [UInt32: Int] = [:]
        for sign in signs where sign != 0 { counts[sign, default: 0] += 1 }
        return Double(counts.values.reduce(0) { $0 + $1 * ($1 - 1) }) / Double(max(1, length * (length - 1)))
    }
}

/// What each sign of a substitution stands for.
struct SubstitutionKey: Sendable {
    var letters: [UInt32: UInt8]

    /// The text that the signs stand for; `nil` where the key does not know a tenth of them.
    func text(_ text: SignText) -> [UInt8]? {
        var unknown = 0
        let out = text.signs.map { sign -> UInt8 in
            if sign == 0 { return 0x20 }
            guard let letter = letters[sign] else {
                unknown += 1
                return UInt8(ascii: "?")
            }
            return letter == 0 ? 0x20 : letter + 0x60
        }
        return unknown * 10 > text.length ? nil : out
    }
}

/// Reads signs of several kinds out of a stretch of text.
struct SignReader {
    /// The readings of a stretch that may be ciphers of one sign a letter.
    static func readings(_ segment: Segment) -> [SignText] {
        guard segment.visible >= 24 else { return [] }
        if segment.isProse, segment.high * 10 <= segment.visible { return letters(segment) }
        var found: [SignText?] = []
        let signs = segment.digits + segment.count(of: " ,.;:-|/\n\t".utf8)
        if segment.digits * 2 >= segment.visible, signs * 100 >= segment.bytes.count * 97 {
            found += numbers(segment)
        } else if segment.asciiLetters * 10 <= segment.visible {
            found += marks(segment)
        }
        return found.compactMap { $0 }
    }

    /// Letters, whatever their case and marks, and the same without spaces where all words are equally long.
    private static func letters(_ segment: Segment) -> [SignText] {
        let symbols = LanguageTables.shared.normalised(segment.bytes).map(UInt32.init)
        guard var text = SignText(symbols, isLetters: true) else { return [] }
        let words = symbols.split(separator: 0)
        text.isList = segment.count(of: ",;\n\t|/".utf8) * 2 >= words.count
        if words.count >= 6, let size = words.first?.count, size > 1,
            words.filter({ $0.count == size }).count * 10 >= words.count * 9
        {
            return [SignText(symbols.filter { $0 != 0 }, isLetters: true)].compactMap { $0 }
        }
        return [text]
    }

    /// Numbers, and pairs of digits of longer ones.
    private static func numbers(_ segment: Segment) -> [SignText?] {
        var tokens: [(value: UInt32, digits: ArraySlice<UInt8>, gap: Int)] = []
        var at = 0
        let bytes = segment.bytes
        while at < bytes.count {
            let gap = at
            while at < bytes.count, !(0x30...0x39).contains(bytes[at]) { at += 1 }
            let start = at
            while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
            guard at > start else { break }
            let digits = bytes[start..<at]
            tokens.append((digits.prefix(6).reduce(1) { $0 * 10 + UInt32($1 & 15) }, digits, start - gap))
        }
        guard !tokens.isEmpty else { return [] }
        let usual =
            Dictionary(grouping: tokens.dropFirst(), by: \.gap).max {
                ($0.value.count, $1.key) < ($1.value.count, $0.key)
            }?.key ?? 1
        var single: [UInt32] = []
        var pairs: [UInt32] = []
        for token in tokens {
            if token.gap > usual { single.append(0) }
            single.append(token.value)
            if token.digits.count % 2 == 0 {
                for pair in groups(Array(token.digits), 2) {
                    pairs.append(100 + UInt32(pair[0] & 15) * 10 + UInt32(pair[1] & 15))
                }
                pairs.append(0)
            }
        }
        return [tokens.count >= 24 ? SignText(single) : nil, tokens[0].digits.count > 2 ? SignText(pairs) : nil]
    }

    /// Scalars with the parts of one emoji, such as a family or a flag, as one sign.
    private static func joinedEmoji(_ scalars: [UInt32]) -> [UInt32] {
        var out: [UInt32] = []
        var joins = false
        for scalar in scalars where scalar != 0xFE0F {
            let isPart = joins || (0x1F3FB...0x1F3FF).contains(scalar) || (0xE0020...0xE007F).contains(scalar)
            joins = scalar == 0x200D
            if joins { continue }
            if isPart, let last = out.last {
                out[out.count - 1] = (last &* 31 &+ scalar) | 0x8000_0000
            } else {
                out.append(scalar)
            }
        }
        return out
    }

    /// Any other characters.
    private static func marks(_ segment: Segment) -> [SignText?] {
        let scalars = joinedEmoji(segment.scalars)
        let plain = scalars.map { $0 <= 0x20 || $0 == 0xA0 || $0 == 0x3000 ? 0 : $0 }
        guard let text = SignText(plain) else { return [] }
        // Where each sign is set apart, wider gaps are the spaces.
        if plain.filter({ $0 == 0 }).count * 5 >= text.length * 4 {
            var signs: [UInt32] = []
            for (at, scalar) in plain.enumerated() where scalar != 0 || at > 0 && plain[at - 1] == 0 {
                signs.append(scalar)
            }
            return [SignText(signs)]
        }
        return [text]
    }
}
