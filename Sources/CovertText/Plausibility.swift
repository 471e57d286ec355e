/// Whether bytes are text that a person could have written.
struct Plausibility: Sendable {
    let tables = LanguageTables.shared

    /// How sure it is that bytes are plain text, from 0 to 1, or `nil` if they are not.
    ///
    /// - Parameters:
    ///   - minimum: the fewest letters.
    ///   - joined: whether the text may stand without spaces.
    func score(_ bytes: some Collection<UInt8>, minimum: Int, joined: Bool = false) -> Double? {
        var reader = ScalarReader(bytes)
        var (letters, other, visible, total) = (0, 0, 0, 0)
        while let scalar = reader.next() {
            total += 1
            if scalar == 0xFFFD || scalar < 0x20 && !(0x09...0x0D).contains(scalar) || scalar == 0x7F { return nil }
            if scalar <= 0x20 { continue }
            visible += 1
            if tables.symbol(ofScalar: scalar) != 0 {
                letters += 1
            } else if LivingScript(scalar) != nil {
                other += 1
            }
        }
        guard letters + other * 2 >= minimum, letters + other > visible * 7 / 10 else { return nil }
        if other > letters {
            // Random bytes are almost never UTF-8 of one script; marks of it are not counted.
            return 0.9
        }
        let symbols = tables.normalised(bytes)
        return score(symbols: symbols, letters: letters, joined: joined)
    }

    /// The same of a normalised text.
    func score(symbols: [UInt8], letters: Int, joined: Bool) -> Double? {
        // A few words over and over say nothing.
        guard Set(symbols).count >= 10 else { return nil }
        let slack = letters < 40 ? 0.15 : 0
        let spaces = symbols.count - letters - 2
        if spaces * 14 >= letters {
            let english = tables.english(symbols)
            if english <= 2.75 + slack { return 1 - max(0, english - 2.0) / 4 }
            let latin = tables.latin(symbols)
            if letters >= 30, latin <= 2.8 + slack { return 0.8 }
            return nil
        }
        guard joined else { return nil }
        let cost = tables.joined(symbols)
        guard cost <= 2.85 + slack else { return nil }
        let share = tables.joinedWordShare(symbols.filter { $0 != 0 })
        return share >= 0.5 ? 0.5 + share / 2 : nil
    }
}

/// Scripts of living languages that are not Latin, as far as the letters' blocks tell.
enum LivingScript: Sendable, Hashable, CaseIterable {
    case greek
    case cyrillic
    case armenian
    case hebrew
    case arabic
    case indic
    case southEastAsian
    case georgian
    case ethiopic
    case hangul
    case japanese
    case chinese

    /// The script of a scalar.
    init?(_ scalar: UInt32) {
        switch scalar {
        case 0x370..<0x400, 0x1F00..<0x2000: self = .greek
        case 0x400..<0x530: self = .cyrillic
        case 0x530..<0x590: self = .armenian
        case 0x590..<0x600: self = .hebrew
        case 0x600..<0x700, 0x750..<0x780, 0x8A0..<0x900: self = .arabic
        case 0x900..<0xE00: self = .indic
        case 0xE00..<0x10A0, 0x1780..<0x1800: self = .southEastAsian
        case 0x10A0..<0x1100, 0x1C90..<0x1CC0: self = .georgian
        case 0x1200..<0x13A0: self = .ethiopic
        case 0x1100..<0x1200, 0x3130..<0x3190, 0xAC00..<0xD7B0: self = .hangul
        case 0x3040..<0x3100: self = .japanese
        case 0x3400..<0xA000, 0x20000..<0x32000: self = .chinese
        default: return nil
        }
    }
}
