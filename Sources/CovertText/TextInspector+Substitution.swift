extension TextInspector {
    /// Solves a substitution, or tells from its statistics that there is one.
    mutating func solve(_ text: SignText, _ range: Range<Int>, _ outer: [CovertFamily]) -> Hidden? {
        guard text.length * 4 >= settings.minimumLength * 3 else { return nil }
        let symbols = text.signs.map { UInt8(truncatingIfNeeded: $0) }
        let latin = text.isLetters && !text.isJoined ? tables.latin(symbols) : 0
        if text.isLetters {
            // What reads like a language is none of this.
            guard text.isJoined ? tables.joined(symbols) > 3.4 : latin > 2.95 && tables.english(symbols) > 3.1 else {
                return nil
            }
        }
        for key in keys {
            if let found = key.text(text), let hidden = solved(found, text, range, isKnown: true) { return hidden }
        }
        var cost = 0.0
        if solutions > 0, text.length >= 40, (0.045...0.11).contains(text.coincidence) {
            solutions -= 1
            let (key, found) = SubstitutionSolver().key(of: [text])
            cost = found
            if let plain = key.text(text), let hidden = solved(plain, text, range) {
                if text.length >= 100, keys.count < 16 { keys.append(key) }
                return hidden
            }
        }
        let least = 2 * settings.minimumLength
        if text.isLetters, !text.isJoined, text.length >= least, latin >= 3.3, cost <= 2.75, text.hasWordsOfProse {
            return Hidden(range: range, families: [.substitution], score: min(0.9, (latin - 2.5) / 2), text: nil)
        }
        if !text.isLetters, settings.families.contains(.polybius), text.isSquare, text.length >= least / 2,
            text.coincidence >= 0.045
        {
            return Hidden(range: range, families: [.polybius], score: 0.7, text: nil)
        }
        if text.isLetters || text.isExotic, text.hasRepeats, text.length >= (text.isLetters ? 150 : 60),
            text.coincidence <= 0.1
        {
            return Hidden(range: range, families: [.substitution], score: 0.7, text: nil)
        }
        let isSetApart = outer.last == .delimited && text.length >= settings.minimumLength
        if isSetApart, text.isLetters,
            text.isJoined ? text.length >= 60 && text.coincidence >= 0.058 : text.coincidence >= 0.045
        {
            return Hidden(range: range, families: [.substitution], score: 0.8, text: nil)
        }
        guard text.length <= 4000 else { return nil }
        suspects.append(Suspect(range: range, outer: outer, signs: text))
        return nil
    }

    /// A solved text, if it is English.
    ///
    /// A key that was found for the text itself makes some words of anything, the more the shorter the text is; one that
    /// other texts gave away does not.
    func solved(_ found: [UInt8], _ text: SignText, _ range: Range<Int>, isKnown: Bool = false) -> Hidden? {
        // Words count once: the same few over and over fit many keys.
        var seen: Set<ArraySlice<UInt8>> = []
        var symbols: [UInt8] = [0]
        for word in tables.normalised(found).split(separator: 0) where seen.insert(word).inserted {
            symbols += word + [0]
        }
        let letters = symbols.filter { $0 != 0 }
        let isJoined = text.isJoined && seen.count * 14 < letters.count
        let share = isJoined ? tables.joinedWordShare(letters) : tables.wordShare(symbols)
        let cost = isJoined ? tables.joined(symbols) - 2.3 : tables.english(symbols) - 2.05
        let isShort = letters.count < (isJoined ? 100 : 80)
        let different = letters.count >= 100 ? 17 : letters.count >= 60 ? 14 : 10
        guard letters.count >= (isKnown ? 16 : isJoined ? 60 : 36), Set(letters).count >= different else { return nil }
        // The like holds of long parts that come again where words are not known, as in a list of full names.
        if isJoined, !isKnown, Self.novelty(letters) < 0.7 { return nil }
        let least = isKnown ? (isJoined ? 0.1 : 0.0) : (isJoined ? 0.45 : 0.25) + (isShort ? 0.25 : 0)
        guard share - max(0, cost) >= least, share >= 0.35 else { return nil }
        return Hidden(range: range, families: [.substitution], score: 0.5 + share / 2, text: found)
    }

    /// The share of a text's runs of four letters that are different: above 0.9 in a few hundred letters of English.
    private static func novelty(_ letters: [UInt8]) -> Double {
        guard letters.count > 3 else { return 1 }
        let runs = (3..<letters.count).map { letters[$0 - 3...$0].reduce(0) { $0 << 8 | UInt32($1) } }
        return Double(Set(runs).count) / Double(runs.count)
    }
}

extension SignText {
    /// Whether all signs are pairs of digits from 1 to 5.
    fileprivate var isSquare: Bool {
        signs.allSatisfy { sign in
            sign == 0 || (111...155).contains(sign) && (1...5).contains(sign % 10) && (1...5).contains(sign / 10 % 10)
        }
    }

    /// Whether words are as long as prose's: not a list of names, codes or long numbers.
    fileprivate var hasWordsOfProse: Bool {
        let words = signs.split(separator: 0)
        let (short, long) = (words.filter { $0.count <= 3 }.count, words.filter { $0.count >= 6 }.count)
        let different = Set(words).reduce(0) { $0 + $1.count }
        return !isList && words.count >= 8 && length >= words.count * 3 && length <= words.count * 7
            && short * 6 >= words.count
            && long * 8 >= words.count && different >= 40 && Set(words.filter { $0.count == 1 }).count <= 3
            && coincidence >= 0.042
    }
}
