import Moderation

/// Which languages and kinds of text a model can judge.
package struct LanguageSettings: Sendable, Hashable {
    /// Codes of languages (ISO 639-1); empty allows all.
    package var allowed: [String] = []

    /// Kinds of text; empty allows all.
    package var kinds: [TextKind] = []

    /// A turn with fewer words, or letters of a script without spaces, tells nothing.
    package var minimumWords = 6

    /// The dataset is deferred when more than this share of its rows has a finding; `nil` never defers.
    package var deferAbove: Double?

    /// Creates settings that allow everything.
    package init() {}

    /// Every language that can be listed.
    package static var knownLanguages: [String] { LanguageTables.all }

    /// Rows with a turn in a language, or of a kind, that is not listed.
    func matches(in examples: [Example]) -> [Match] {
        guard !allowed.isEmpty || !kinds.isEmpty else { return [] }
        var guesser = LanguageGuesser()
        return examples.indices.compactMap { row in
            for (index, turn) in examples[row].allTurns.enumerated() {
                let guess = guesser.guess(turn.text)
                guard let what = fault(turn.text, guess) else { continue }
                return Match(
                    row: row, score: Double(guess.words), threshold: Double(minimumWords),
                    detail: "\(what) in \(examples[row].name(ofTurn: index)), \(guess.words) words")
            }
            return nil
        }
    }

    private func fault(_ text: String, _ guess: LanguageGuess) -> String? {
        let kind = TextKind.of(text, guess)
        if !kinds.isEmpty, let kind, !kinds.contains(kind) { return "text of the kind \(kind.rawValue)" }
        guard !allowed.isEmpty, guess.words >= minimumWords, kind != .code, kind != .data else { return nil }
        if kind == .unreadable { return "text of no known language" }
        if let language = guess.language, !allowed.contains(where: guess.mayBe) {
            return "text in the language \(language)"
        }
        if guess.script == .other { return "text in a script of no known language" }
        return nil
    }
}
