/// Characters that nobody sees: tags, variation selectors, and characters without width.
enum InvisibleDecoder {
    /// What a text hides in invisible characters.
    struct Found {
        var decodings: [Decoding]

        /// The bytes from the first to the last of them.
        var range: Range<Int>

        /// How many there are.
        var count: Int
    }

    /// Reads all invisible characters of a text, or `nil` where there are none but what languages and emoji use.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Found? {
        var marks: [UInt32] = []
        var tags: [UInt32] = []
        var selectors: [UInt32] = []
        var (first, last, run, longestRun, between) = (-1, 0, 0, 0, 0)
        var at = 0
        var before: UInt32 = 0
        while at < bytes.count {
            let lead = bytes[at]
            if lead < 0x80 {
                if run > 0, isLetter(before), isLetter(UInt32(lead)) { between += 1 }
                (before, run) = (UInt32(lead), 0)
                at += 1
                continue
            }
            let scalar = bytes.scalar(at: at)
            let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1
            var isInvisible = true
            switch scalar {
            case 0xE0020...0xE007E where before != 0x1F3F4 || run >= 8: tags.append(scalar - 0xE0000)
            // The flag of a region is a black flag and a few tags; U+FE0E and U+FE0F choose how emoji look.
            case 0xE0020...0xE007F, 0xFE0E...0xFE0F: break
            case 0xFE00...0xFE0D: selectors.append(scalar - 0xFE00)
            case 0xE0100...0xE01EF: selectors.append(scalar - 0xE0100 + 16)
            case 0x200B...0x200F, 0x2060...0x2064, 0x206A...0x206F, 0xFEFF, 0x180E, 0x34F, 0x202A...0x202E,
                0x2066...0x2069, 0x115F, 0x1160, 0x3164, 0xFFA0, 0xAD:
                marks.append(scalar)
            default: isInvisible = false
            }
            if isInvisible {
                if first < 0 { first = at }
                last = min(bytes.count, at + length)
                run += 1
                longestRun = max(longestRun, run)
            } else {
                (before, run) = (scalar, 0)
            }
            at += length
        }
        guard first >= 0 else { return nil }
        var decodings: [Decoding] = []
        if tags.count >= 8 {
            decodings.append(Decoding(family: .invisible, text: tags.map { UInt8($0) }, isJoined: true))
        }
        if selectors.count >= 8, Set(selectors).count > 2 {
            decodings.append(Decoding(family: .invisible, text: selectors.map { UInt8($0) }, isJoined: true))
        }
        if longestRun >= 6 || between >= 12 {
            for text in BitText.readings(ofMarks: marks) { decodings.append(Decoding(family: .invisible, text: text)) }
            // Marks that open or close the carrier, such as a byte order mark.
            if let common = mostCommon(marks), decodings.isEmpty {
                for text in BitText.readings(ofMarks: marks.filter(common.contains)) {
                    decodings.append(Decoding(family: .invisible, text: text))
                }
            }
        }
        let isHeavy = tags.count >= 16 || longestRun >= 16 || between >= 24 || selectors.count >= 32 && longestRun >= 8
        guard isHeavy || !decodings.isEmpty else { return nil }
        return Found(
            decodings: decodings, range: first..<last, count: isHeavy ? marks.count + tags.count + selectors.count : 0)
    }

    private static func isLetter(_ scalar: UInt32) -> Bool { LanguageTables.shared.symbol(ofScalar: scalar) != 0 }

    private static func mostCommon(_ marks: [UInt32]) -> Set<UInt32>? {
        var counts: [UInt32: Int] = [:]
        for mark in marks { counts[mark, default: 0] += 1 }
        guard counts.count > 2 else { return nil }
        return Set(counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(2).map(\.key))
    }
}
