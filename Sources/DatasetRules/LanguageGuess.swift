/// What a text is written in, guessed from its letters and its commonest words.
struct LanguageGuess {
    /// The language's code; `nil` where the text does not tell.
    var language: String?

    /// The script of most letters; `nil` without letters.
    var script: Script?

    /// Words, or letters of a script without spaces.
    var words: Int

    /// How many of them are among the guessed language's commonest; for other scripts than Latin all are.
    var known: Int

    /// The evidence for each language of the tables, from 0; in their order.
    var scores: [Float]

    /// Whether the evidence for a language is nearly that for the best.
    func mayBe(_ code: String) -> Bool {
        if language == code { return true }
        guard script == .latin, let index = LanguageTables.codes.firstIndex(of: code), let best = scores.max() else {
            return LanguageGuess.siblings.contains { $0.contains(code) && language.map($0.contains) == true }
        }
        return scores[index] > 0 && scores[index] >= best * 0.7
    }

    /// Languages that letters alone do not tell apart.
    private static let siblings: [Set<String>] = [["ru", "uk", "bg", "sr"], ["ar", "fa", "ur"], ["zh", "ja"]]
}

/// Guesses languages, text by text.
struct LanguageGuesser {
    private var scanner = WordScanner()
    private var scripts = [Int](repeating: 0, count: Script.allCases.count)

    /// Weights by how many languages share a word: one that many have says little.
    private static let weights: [Float] = (0...32).map { $0 == 0 ? 0 : 1 / Float($0) }

    /// Letters that one of several languages of a script alone writes.
    private static let telling: [(letters: String, code: String)] = [
        ("іїєґ", "uk"), ("ђјљњћџ", "sr"), ("ыэё", "ru"), ("پچژگ", "fa"), ("ٹڈڑےں", "ur"),
    ]
    private static let tellingLetters: [UInt32: Int] = {
        var map: [UInt32: Int] = [:]
        for (index, entry) in telling.enumerated() {
            for scalar in entry.letters.unicodeScalars { map[scalar.value] = index }
        }
        return map
    }()

    /// Guesses the language of a text; at most its first so many bytes are looked at.
    mutating func guess(_ text: String, bytes limit: Int = 2000) -> LanguageGuess {
        let text = text.utf8.count > limit ? String(text.unicodeScalars.prefix(limit)) : text
        scanner.scan(text)
        var scores = [Float](repeating: 0, count: LanguageTables.codes.count)
        var hits = [Int](repeating: 0, count: LanguageTables.codes.count)
        var words = 0
        for word in scanner.words where word.kind == .word {
            words += 1
            guard let languages = LanguageTables.words[word.hash] else { continue }
            add(LanguageGuesser.weights[languages.nonzeroBitCount], languages, &scores)
            for index in hits.indices where languages >> UInt32(index) & 1 == 1 { hits[index] += 1 }
        }
        let telling = countLetters(text, &scores)
        let letters = scripts.reduce(0, +)
        // Han beside some kana is Japanese.
        if scripts[Int(Script.kana.rawValue)] * 10 > letters {
            scripts[Int(Script.kana.rawValue)] += scripts[Int(Script.han.rawValue)]
            scripts[Int(Script.han.rawValue)] = 0
        }
        let top = scripts.indices.max { (scripts[$0], $1) < (scripts[$1], $0) } ?? 0
        guard scripts[top] * 2 > letters, let script = Script(rawValue: UInt8(top)) else {
            return LanguageGuess(language: nil, script: nil, words: words, known: 0, scores: scores)
        }
        var guess = LanguageGuess(language: script.language, script: script, words: words, known: words, scores: scores)
        switch script {
        case .latin:
            let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
            guess.known = hits[order[0]]
            // Two words of the language, a fair share of the text, and clearly more than the next language has.
            guard guess.known >= 2, guess.known * 8 >= words, scores[order[0]] >= 1,
                scores[order[0]] >= scores[order[1]] * 1.1
            else { return guess }
            guess.language = LanguageTables.codes[order[0]]
        case .cyrillic: guess.language = most(telling, of: ["uk", "sr", "ru"]) ?? "bg"
        case .arabic: guess.language = most(telling, of: ["ur", "fa"]) ?? "ar"
        default: break
        }
        return guess
    }

    private func add(_ weight: Float, _ languages: UInt32, _ scores: inout [Float]) {
        var rest = languages
        while rest != 0 {
            scores[rest.trailingZeroBitCount] += weight
            rest &= rest - 1
        }
    }

    /// Counts letters by script, and adds what letters outside ASCII say of the language.
    private mutating func countLetters(_ text: String, _ scores: inout [Float]) -> [Int] {
        for index in scripts.indices { scripts[index] = 0 }
        var telling = [Int](repeating: 0, count: LanguageGuesser.telling.count)
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 {
                if (scalar.value | 0x20) &- 0x61 < 26 { scripts[0] += 1 }
                continue
            }
            guard let script = Script.of(scalar.value) else { continue }
            scripts[Int(script.rawValue)] += 1
            let folded = CharacterClass.folded(scalar.value)
            if script == .latin, let languages = LanguageTables.letters[folded] {
                add(LanguageGuesser.weights[languages.nonzeroBitCount] * 0.5, languages, &scores)
            }
            if let index = LanguageGuesser.tellingLetters[folded] { telling[index] += 1 }
        }
        return telling
    }

    private func most(_ counts: [Int], of codes: [String]) -> String? {
        var best: (count: Int, code: String)?
        for code in codes {
            guard let index = LanguageGuesser.telling.firstIndex(where: { $0.code == code }) else { continue }
            if counts[index] > best?.count ?? 0 { best = (counts[index], code) }
        }
        return best?.code
    }
}
