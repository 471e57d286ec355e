/// What a scalar is to the scanner of words.
enum CharacterClass {
    /// Part of a word.
    case letter

    /// A letter of a script that writes no spaces between words; it is a word by itself.
    case ideograph
    case digit
    case space

    /// A space that keyboards do not type.
    case oddSpace
    case punctuation
    case symbol

    /// Shows nothing, and is no part of a word: zero-width, soft hyphen, variation selector.
    case invisible

    /// Changes the direction of what follows.
    case direction

    /// A control, private or tag character.
    case control

    /// The class of a scalar.
    static func of(_ scalar: UInt32) -> CharacterClass {
        if scalar < 0x80 { return ascii[Int(scalar)] }
        switch scalar {
        case 0x80...0x9F: return .control
        case 0xA0, 0x202F: return .oddSpace
        case 0xAD, 0x200B...0x200D, 0x2060...0x2064, 0xFE00...0xFE0F, 0xFEFF, 0x180E, 0x034F: return .invisible
        case 0xA1, 0xAB, 0xB7, 0xBB, 0xBF, 0x2010...0x2027, 0x2030...0x205E, 0x3001...0x3003, 0x3008...0x3011,
            0x3014...0x301F, 0xFF01, 0xFF08, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0x060C, 0x061B, 0x061F,
            0x06D4, 0x0964, 0x0965, 0x0589, 0x05BE, 0x05C3, 0x1362...0x1368:
            return .punctuation
        case 0xAA, 0xB5, 0xBA: return .letter
        case 0xA2...0xBF, 0xD7, 0xF7: return .symbol
        case 0x1680, 0x2000...0x200A, 0x205F: return .oddSpace
        case 0x3000, 0x2028, 0x2029, 0x85: return .space
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x061C: return .direction
        case 0x0660...0x0669, 0x06F0...0x06F9, 0x0966...0x096F, 0xFF10...0xFF19: return .digit
        case 0x0E00...0x0EFF, 0x0F00...0x0FFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x31F0...0x31FF,
            0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFF66...0xFF9F, 0x20000...0x323AF:
            return .ideograph
        case 0x2070...0x2BFF, 0x2E00...0x2E7F, 0x3004...0x3007, 0x3012...0x3013, 0x3020...0x303F, 0xFE10...0xFE6F,
            0xFFE0...0xFFEF, 0x1F000...0x1FAFF, 0x1CC00...0x1CEFF:
            return .symbol
        case 0xFF00...0xFF0F, 0xFF1A...0xFF20, 0xFF3B...0xFF40, 0xFF5B...0xFF65: return .symbol
        case 0xE000...0xF8FF, 0xE0000...0x10FFFF, 0x2065, 0x206A...0x206F, 0xFFF0...0xFFFF: return .control
        default: return .letter
        }
    }

    private static let ascii: [CharacterClass] = (0..<128).map { value in
        switch value {
        case 0x30...0x39: .digit
        case 0x41...0x5A, 0x61...0x7A: .letter
        case 0x09, 0x0A, 0x0D, 0x20: .space
        case 0x00...0x1F, 0x7F: .control
        case 0x21, 0x22, 0x27, 0x28, 0x29, 0x2C, 0x2D, 0x2E, 0x3A, 0x3B, 0x3F: .punctuation
        default: .symbol
        }
    }

    /// The lower-case form of a letter in Latin, Greek, Cyrillic or Armenian script; any other scalar is itself.
    ///
    /// The simple case mappings of Unicode for the blocks where they are regular: what matters is that equal words
    /// give equal hashes, not that every letter is folded.
    @inline(__always)
    static func folded(_ scalar: UInt32) -> UInt32 {
        if scalar < 0x80 { return scalar &- 0x41 < 26 ? scalar | 0x20 : scalar }
        switch scalar {
        case 0xC0...0xDE: return scalar == 0xD7 ? scalar : scalar + 0x20
        case 0x100...0x137, 0x14A...0x177, 0x1E00...0x1EFF, 0x460...0x481, 0x48A...0x4BF, 0x4D0...0x52F:
            return scalar | 1
        case 0x139...0x148, 0x179...0x17E: return scalar + (scalar & 1)
        case 0x178: return 0xFF
        case 0x391...0x3A9: return scalar + 0x20
        case 0x3C2: return 0x3C3
        case 0x410...0x42F: return scalar + 0x20
        case 0x400...0x40F: return scalar + 0x50
        case 0x531...0x556: return scalar + 0x30
        default: return scalar
        }
    }

    /// The plain Latin letter that a reader takes a scalar for, in lower case: accents are taken off, and letters of
    /// other alphabets and styles that look like Latin ones become these.
    static func lookalike(_ scalar: UInt32) -> UInt32 {
        if scalar < 0x80 { return folded(scalar) }
        switch scalar {
        case 0xC0...0x17F: return UInt32(latin[Int(scalar - 0xC0)])
        case 0xFF21...0xFF3A: return scalar - 0xFF21 + 0x61
        case 0xFF41...0xFF5A: return scalar - 0xFF41 + 0x61
        case 0x1D400...0x1D6A3: return (scalar - 0x1D400) % 26 + 0x61
        case 0x24B6...0x24E9: return (scalar - 0x24B6) % 26 + 0x61
        default: break
        }
        return confusables[folded(scalar)] ?? folded(scalar)
    }

    /// The base letters of U+00C0 to U+017F.
    private static let latin = Array(
        ("aaaaaaaceeeeiiiidnoooooxouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
            + "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooo"
            + "oooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs").utf8)

    /// Cyrillic and Greek letters that look like Latin ones.
    private static let confusables: [UInt32: UInt32] = {
        var map: [UInt32: UInt32] = [:]
        let from = "асеорхуіјѕԁһԛԝкмтвнгαεοικνρτυχωβ"
        let to = "aceopxyijsdhqwkmtbhraeoikvptuxwb"
        for (a, b) in zip(from.unicodeScalars, to.unicodeScalars) { map[a.value] = b.value }
        return map
    }()
}
