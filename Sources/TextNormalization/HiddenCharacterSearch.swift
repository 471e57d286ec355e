/// One pass over a text that tells characters which hide something from those that a script needs.
struct HiddenCharacterSearch {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let table = CharacterTable.shared
    private(set) var found: [HiddenCharacter] = []

    /// Whether the line that is being read holds a letter of a script that runs from right to left.
    private var line: (end: Int, isRightToLeft: Bool) = (0, false)

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func run(from start: Int) {
        var offset = start
        var flagEnd = 0
        while offset < bytes.count {
            if bytes[offset] < 0x80 {
                offset = UTF8Scalars.asciiEnd(from: offset, in: bytes)
                continue
            }
            let (value, length) = UTF8Scalars.scalar(at: offset, in: bytes)
            let range = offset..<offset + length
            offset += length
            if value == 0x1F3F4 { flagEnd = endOfFlag(from: offset) }
            guard range.lowerBound >= flagEnd, table.treatment(of: value) == .hidden,
                let kind = kind(of: value), !isNeeded(value, range)
            else { continue }
            found.append(HiddenCharacter(kind: kind, bytes: range))
        }
    }

    private func kind(of value: UInt32) -> HiddenCharacter.Kind? {
        switch value {
        case 0xAD: nil
        case 0x200B...0x200D, 0x2060, 0xFEFF: .zeroWidth
        case 0x61C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: .bidirectional
        case 0xE0001, 0xE0020...0xE007F: .tag
        case 0xFE00...0xFE0F, 0xE0100...0xE01EF, 0x180B...0x180D, 0x180F: .variationSelector
        default: .filler
        }
    }

    private mutating func isNeeded(_ value: UInt32, _ range: Range<Int>) -> Bool {
        let before = range.lowerBound > 0 ? UTF8Scalars.scalar(before: range.lowerBound, in: bytes) : nil
        let after = range.upperBound < bytes.count ? UTF8Scalars.scalar(at: range.upperBound, in: bytes).value : nil
        switch value {
        case 0xFEFF: return range.lowerBound == 0
        case 0x200D: return joinsEmoji(before, after) || before.map(Script.joins) ?? false
        case 0x200C: return before.map(Script.joins) ?? false || after.map(Script.joins) ?? false
        case 0x200B: return before.map(Script.isUnspaced) ?? false || after.map(Script.isUnspaced) ?? false
        case 0x202D, 0x202E: return false
        case 0x61C, 0x200E...0x200F, 0x202A...0x202C, 0x2066...0x2069: return isRightToLeft(lineAt: range.lowerBound)
        case 0xFE0E, 0xFE0F: return before.map(Script.isEmoji) ?? false
        case 0xFE00...0xFE0D: return before.map(Script.hasVariants) ?? false
        case 0xE0100...0xE01EF: return before.map(Script.isIdeograph) ?? false
        case 0x180B...0x180F: return before.map { 0x1800...0x18AF ~= $0 } ?? false
        case 0x115F...0x1160, 0x3164, 0xFFA0:
            return before.map(Script.isHangul) ?? false || after.map(Script.isHangul) ?? false
        case 0x34F:
            return after.map { table.treatment(of: $0) == .mark || table.treatment(of: $0) == .composing } ?? false
        case 0x17B4...0x17B5: return before.map { 0x1780...0x17FF ~= $0 } ?? false
        default: return false
        }
    }

    /// Whether a joiner stands between two emoji; a selector or a skin tone may stand before it.
    private func joinsEmoji(_ before: UInt32?, _ after: UInt32?) -> Bool {
        guard let before, let after else { return false }
        return (before == 0xFE0F || Script.isEmoji(before)) && before >= 0x80 && after >= 0x80 && Script.isEmoji(after)
    }

    /// One past the tags of a flag, as of Wales: three to six of them and the closing one (UTS #51, annex C).
    private func endOfFlag(from start: Int) -> Int {
        var offset = start
        var count = 0
        while offset < bytes.count, count <= 6 {
            let (value, length) = UTF8Scalars.scalar(at: offset, in: bytes)
            offset += length
            if value == 0xE007F { return count >= 3 ? offset : 0 }
            guard 0xE0030...0xE0039 ~= value || 0xE0061...0xE007A ~= value else { return 0 }
            count += 1
        }
        return 0
    }

    /// Whether the line at an offset holds a letter that runs from right to left; each line is read once.
    private mutating func isRightToLeft(lineAt offset: Int) -> Bool {
        guard offset >= line.end else { return line.isRightToLeft }
        var start = offset
        while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
        var (end, isRightToLeft) = (start, false)
        while end < bytes.count, bytes[end] != 0x0A {
            let (value, length) = UTF8Scalars.scalar(at: end, in: bytes)
            if Script.isRightToLeft(value) { isRightToLeft = true }
            end += length
        }
        line = (end, isRightToLeft)
        return isRightToLeft
    }
}

/// What a script needs of characters that show nothing.
private enum Script {
    /// Scripts whose letters join or stack: Arabic, Syriac, N'Ko, Mandaic, those of India, Sinhala, Tibetan, Myanmar,
    /// Khmer, Mongolian and their neighbours.
    static func joins(_ value: UInt32) -> Bool {
        switch value {
        case 0x600...0x8FF, 0x900...0xDFF, 0xF00...0xFFF, 0x1000...0x109F, 0x1780...0x17FF, 0x1800...0x18AF,
            0x1A20...0x1AAF, 0x1B00...0x1BFF, 0x1CD0...0x1CFF, 0xA840...0xA87F, 0xA8E0...0xA8FF, 0xA980...0xA9FF,
            0xAA60...0xAA7F, 0xABC0...0xABFF, 0xFB50...0xFDFF, 0xFE70...0xFEFC, 0x10D00...0x10D3F, 0x11000...0x1182F,
            0x1E900...0x1E95F:
            true
        default: false
        }
    }

    /// Scripts that write no spaces, in which a zero-width one marks where a line may break.
    static func isUnspaced(_ value: UInt32) -> Bool {
        switch value {
        case 0xE00...0xEFF, 0xF00...0x109F, 0x1780...0x17FF, 0x1950...0x19DF, 0x1A20...0x1AAF, 0x3000...0x9FFF,
            0xAA60...0xAADF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            true
        default: false
        }
    }

    static func isRightToLeft(_ value: UInt32) -> Bool {
        switch value {
        case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFC, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
        default: false
        }
    }

    static func isEmoji(_ value: UInt32) -> Bool {
        Unicode.Scalar(value).map { $0.properties.isEmoji || $0.properties.isEmojiModifier } ?? false
    }

    static func isIdeograph(_ value: UInt32) -> Bool {
        Unicode.Scalar(value)?.properties.isIdeographic ?? false
    }

    /// Mathematical operators, Myanmar, Phags-pa, ideographs and full-width punctuation have standardized variants.
    static func hasVariants(_ value: UInt32) -> Bool {
        switch value {
        case 0x2200...0x22FF, 0x2A00...0x2AFF, 0x1000...0x109F, 0xA840...0xA87F, 0x3000...0x303F, 0xFF01...0xFF1F: true
        default: isIdeograph(value) || isEmoji(value)
        }
    }

    static func isHangul(_ value: UInt32) -> Bool {
        0x1100...0x11FF ~= value || 0x3130...0x318F ~= value || 0xA960...0xA97F ~= value || 0xAC00...0xD7FF ~= value
            || 0xFFA0...0xFFDC ~= value
    }
}
