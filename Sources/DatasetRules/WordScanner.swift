/// A word, number or sign of a text, by its hash and its place.
struct Word {
    enum Kind: UInt8 {
        case word
        case number

        /// A run of one sign that sentences do not need: `|`, `##`, `→`, an emoji.
        case symbol

        /// A sign of ordinary sentences.
        case punctuation
    }

    /// Equal for words that differ in case only.
    var hash: UInt64

    /// The first byte, within the turn's text.
    var start: UInt32

    /// One past the last byte.
    var end: UInt32
    var kind: Kind

    /// Whether it carries meaning: everything but the signs of sentences.
    var isTelling: Bool { kind != .punctuation }
}

/// What is odd about a text's characters.
struct Oddities: OptionSet, Sendable {
    let rawValue: UInt8

    static let invisible = Oddities(rawValue: 1)
    static let direction = Oddities(rawValue: 2)
    static let oddSpace = Oddities(rawValue: 4)
    static let mixedScript = Oddities(rawValue: 8)
    static let control = Oddities(rawValue: 16)
    static let allCapitals = Oddities(rawValue: 32)

    /// Each kind with its name in findings.
    static let names: [(Oddities, String)] = [
        (.invisible, "invisible characters"), (.direction, "direction controls"), (.oddSpace, "unusual spaces"),
        (.mixedScript, "words of mixed scripts"), (.control, "control or private characters"),
        (.allCapitals, "nothing but capitals"),
    ]
}

/// Cuts a text into words, in one pass over its bytes.
///
/// A word is a run of letters, marks and digits; an apostrophe inside it and characters that show nothing are left
/// out of it. Of scripts that write no spaces every letter is a word. Commas and points between digits belong to the number.
struct WordScanner {
    /// How letters are made alike.
    enum Folding {
        /// By case.
        case letterCase

        /// By what a reader takes them for: accents, styles, lookalikes and digits in place of letters do not count.
        case appearance
    }

    /// The words of the last text.
    private(set) var words: [Word] = []

    /// What was odd about the last text.
    private(set) var oddities: Oddities = []
    private let folding: Folding

    init(_ folding: Folding = .letterCase) {
        self.folding = folding
    }

    /// Reads a text.
    mutating func scan(_ text: String) {
        let read: Void? = text.utf8.withContiguousStorageIfAvailable { scan($0) }
        if read == nil { Array(text.utf8).withUnsafeBufferPointer { scan($0) } }
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) {
        words.removeAll(keepingCapacity: true)
        oddities = []
        var capitals = 0
        var smallLetters = 0
        var at = 0
        while at < bytes.count {
            let (scalar, length) = WordScanner.scalar(bytes, at)
            switch CharacterClass.of(scalar) {
            case .letter, .digit: at = word(bytes, from: at, &capitals, &smallLetters)
            case .ideograph:
                add(Hashing.mix(Hashing.feed(Hashing.start, scalar)), at, at + length, .word)
                at += length
            case .symbol: at = symbol(bytes, from: at, scalar, length)
            case .punctuation:
                add(Hashing.mix(Hashing.feed(Hashing.start, scalar)), at, at + length, .punctuation)
                at += length
            case .space: at += length
            case .oddSpace:
                oddities.insert(.oddSpace)
                at += length
            case .invisible:
                // Emoji are joined by them.
                if scalar != 0xFE0F, scalar != 0x200D { oddities.insert(.invisible) }
                at += length
            case .direction:
                oddities.insert(.direction)
                at += length
            case .control:
                oddities.insert(.control)
                at += length
            }
        }
        if smallLetters == 0, capitals >= 12 { oddities.insert(.allCapitals) }
    }

    private mutating func add(_ hash: UInt64, _ start: Int, _ end: Int, _ kind: Word.Kind) {
        words.append(
            Word(hash: hash, start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end), kind: kind)
        )
    }

    /// Reads a run of letters and digits and returns where it ends.
    private mutating func word(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ capitals: inout Int, _ smallLetters: inout Int
    ) -> Int {
        var hash = Hashing.start
        var at = start
        var end = start
        var hasLetter = false
        var scripts: UInt8 = 0
        reading: while at < bytes.count {
            let byte = bytes[at]
            if byte < 0x80 {
                let isSmall = byte &- 0x61 < 26
                let isCapital = byte &- 0x41 < 26
                if isSmall || isCapital {
                    hasLetter = true
                    scripts |= 1
                    if isSmall { smallLetters += 1 } else { capitals += 1 }
                    hash = Hashing.feed(hash, UInt32(byte | 0x20))
                } else if byte &- 0x30 < 10 {
                    hash = Hashing.feed(hash, folding == .appearance ? leet(bytes, at, hasLetter) : UInt32(byte))
                } else if byte == 0x27, hasLetter, isLetter(bytes, at + 1) {
                    // An apostrophe inside a word.
                } else if byte == 0x2E || byte == 0x2C, !hasLetter, at + 1 < bytes.count, bytes[at + 1] &- 0x30 < 10 {
                    hash = Hashing.feed(hash, UInt32(byte))
                } else if folding == .appearance, byte == 0x40 || byte == 0x24, hasLetter, isLetter(bytes, at + 1) {
                    hash = Hashing.feed(hash, byte == 0x40 ? 0x61 : 0x73)
                } else {
                    break reading
                }
                at += 1
                end = at
                continue
            }
            let (scalar, length) = WordScanner.scalar(bytes, at)
            switch CharacterClass.of(scalar) {
            case .letter:
                hasLetter = true
                if scalar > 0x2AF { scripts |= (0x370...0x52F).contains(scalar) ? 2 : 0 } else { scripts |= 1 }
                smallLetters += 1
                let letter = folding == .appearance ? CharacterClass.lookalike(scalar) : CharacterClass.folded(scalar)
                // Combining accents are no letters of their own where only the appearance counts.
                if folding == .letterCase || !(0x300...0x36F).contains(scalar) { hash = Hashing.feed(hash, letter) }
                end = at + length
            case .digit:
                hash = Hashing.feed(hash, scalar)
                end = at + length
            case .invisible where hasLetter:
                if scalar != 0x200C, scalar != 0x200D { oddities.insert(.invisible) }
            default:
                guard scalar == 0x2019, hasLetter, isLetter(bytes, at + length) else { break reading }
            }
            at += length
        }
        if scripts == 3 { oddities.insert(.mixedScript) }
        add(Hashing.mix(hash), start, end, hasLetter ? .word : .number)
        return at
    }

    private mutating func symbol(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ scalar: UInt32, _ length: Int
    ) -> Int {
        var end = start + length
        var count = 1
        while end < bytes.count, WordScanner.scalar(bytes, end).0 == scalar {
            end += length
            count += 1
        }
        add(Hashing.mix(Hashing.feed(Hashing.start, scalar) ^ UInt64(min(count, 4))), start, end, .symbol)
        return end
    }

    /// The letter that a digit inside a word stands for; in a number it is itself.
    private func leet(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ hasLetter: Bool) -> UInt32 {
        guard hasLetter || isLetter(bytes, at + 1) else { return UInt32(bytes[at]) }
        return switch bytes[at] {
        case 0x30: 0x6F
        case 0x31: 0x69
        case 0x33: 0x65
        case 0x34: 0x61
        case 0x35: 0x73
        case 0x37: 0x74
        default: UInt32(bytes[at])
        }
    }

    private func isLetter(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
        guard at < bytes.count else { return false }
        if bytes[at] < 0x80 { return (bytes[at] | 0x20) &- 0x61 < 26 }
        if case .letter = CharacterClass.of(WordScanner.scalar(bytes, at).0) { return true }
        return false
    }

    /// The scalar at a byte and how many bytes it has.
    @inline(__always)
    static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> (UInt32, Int) {
        let first = UInt32(bytes[at])
        if first < 0x80 { return (first, 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard at + length <= bytes.count else { return (0xFFFD, bytes.count - at) }
        var value = first & (0x7F >> UInt32(length))
        for index in 1..<length { value = value << 6 | UInt32(bytes[at + index] & 0x3F) }
        return (value, length)
    }
}
