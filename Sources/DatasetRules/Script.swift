/// A writing system, as coarse as telling languages apart needs.
enum Script: UInt8, CaseIterable {
    case latin, cyrillic, greek, armenian, georgian, hebrew, arabic, devanagari, bengali, gurmukhi, gujarati, tamil
    case telugu, kannada, malayalam, sinhala, thai, lao, tibetan, myanmar, khmer, ethiopic, hangul, kana, han, other

    /// Blocks by their first scalar; each ends where the next begins.
    private static let blocks: [(UInt32, Script?)] = [
        (0x00, .latin), (0x250, .latin), (0x2B0, nil), (0x370, .greek), (0x400, .cyrillic), (0x530, .armenian),
        (0x590, .hebrew), (0x600, .arabic), (0x780, .other), (0x8A0, .arabic), (0x900, .devanagari), (0x980, .bengali),
        (0xA00, .gurmukhi), (0xA80, .gujarati), (0xB00, .other), (0xB80, .tamil), (0xC00, .telugu), (0xC80, .kannada),
        (0xD00, .malayalam), (0xD80, .sinhala), (0xE00, .thai), (0xE80, .lao), (0xF00, .tibetan), (0x1000, .myanmar),
        (0x10A0, .georgian), (0x1100, .hangul), (0x1200, .ethiopic), (0x13A0, .other), (0x1780, .khmer),
        (0x1800, .other), (0x1C80, .cyrillic), (0x1C90, .georgian), (0x1CC0, .other), (0x1E00, .latin),
        (0x1F00, .greek), (0x2000, nil), (0x2C00, .other), (0x2C60, .latin), (0x2C80, .other), (0x2DE0, .cyrillic),
        (0x2E00, nil), (0x3040, .kana), (0x3100, .other), (0x3130, .hangul), (0x3190, nil), (0x31F0, .kana),
        (0x3200, nil), (0x3400, .han), (0x4DC0, nil), (0x4E00, .han), (0xA000, .other), (0xA720, .latin),
        (0xA800, .other), (0xAC00, .hangul), (0xD7B0, .other), (0xF900, .han), (0xFB00, .latin), (0xFB1D, .hebrew),
        (0xFB50, .arabic), (0xFE00, nil), (0xFE70, .arabic), (0xFEFF, nil), (0xFF21, .latin), (0xFF5B, nil),
        (0xFF66, .kana), (0xFFA0, .hangul), (0xFFE0, nil), (0x10000, .other), (0x1D000, nil), (0x1D400, .latin),
        (0x1D800, nil), (0x1E000, .other), (0x1F000, nil), (0x20000, .han), (0x323B0, nil),
    ]

    /// The script of a letter outside ASCII; `nil` for what is no letter.
    static func of(_ scalar: UInt32) -> Script? {
        switch CharacterClass.of(scalar) {
        case .letter, .ideograph: break
        default: return nil
        }
        var low = 0
        var high = blocks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if blocks[middle].0 <= scalar { low = middle } else { high = middle }
        }
        return blocks[low].1
    }

    /// The language that is guessed from the script alone; `nil` where several write it and letters or words tell.
    var language: String? {
        switch self {
        case .latin, .cyrillic, .arabic, .other: nil
        case .greek: "el"
        case .armenian: "hy"
        case .georgian: "ka"
        case .hebrew: "he"
        case .devanagari: "hi"
        case .bengali: "bn"
        case .gurmukhi: "pa"
        case .gujarati: "gu"
        case .tamil: "ta"
        case .telugu: "te"
        case .kannada: "kn"
        case .malayalam: "ml"
        case .sinhala: "si"
        case .thai: "th"
        case .lao: "lo"
        case .tibetan: "bo"
        case .myanmar: "my"
        case .khmer: "km"
        case .ethiopic: "am"
        case .hangul: "ko"
        case .kana: "ja"
        case .han: "zh"
        }
    }
}
