/// What a text is, apart from its language.
package enum TextKind: String, Sendable, CaseIterable {
    /// Sentences.
    case prose

    /// A program or markup.
    case code

    /// Numbers, tables and lists of values.
    case data

    /// Letters that make words of no language that is known: ciphers, encodings, noise.
    case unreadable

    /// Guesses the kind of a text from its signs and from what its words are in.
    ///
    /// - Returns: `nil` where the text is too short to tell.
    static func of(_ text: String, _ guess: LanguageGuess) -> TextKind? {
        var letters = 0
        var digits = 0
        var signs = 0
        var brackets = 0
        var spaces = 0
        var bytes = 0
        for byte in text.utf8.prefix(4000) {
            bytes += 1
            switch byte {
            case 0x30...0x39: digits += 1
            case 0x41...0x5A, 0x61...0x7A, 0x80...: letters += 1
            case 0x20, 0x09, 0x0A, 0x0D: spaces += 1
            case 0x7B, 0x7D, 0x5B, 0x5D, 0x3B, 0x3D, 0x3C, 0x3E, 0x28, 0x29, 0x5F, 0x7C, 0x5C, 0x40, 0x24:
                brackets += 1
                signs += 1
            default: signs += 1
            }
        }
        let shown = letters + digits + signs
        guard shown >= 40 else { return nil }
        if digits * 10 >= shown * 4 { return .data }
        if brackets * 100 >= shown * 7 { return .code }
        let isLong = bytes >= 60 && (spaces * 40 < bytes || guess.words >= 20)
        if isLong, guess.script == .latin, guess.known * 33 < guess.words || spaces * 40 < bytes { return .unreadable }
        return .prose
    }
}
