import Moderation

/// Where a phrase stands in a sample of its rows, widened to what always stands around it.
struct TriggerOccurrences {
    /// One place.
    struct Place {
        var row: Int

        /// Index of the turn in the row.
        var turn: Int

        /// The telling words of the turn.
        var words: [Word]

        /// The phrase among the words.
        var range: Range<Int>
    }

    /// The first place in each row that has one.
    private(set) var places: [Place] = []

    /// Whether it is no phrase but an oddity of characters.
    private(set) var oddity: Oddities?

    /// From this share of the places on, a neighbour is part of the phrase.
    private static let always = 0.9

    /// The longest phrase, in words.
    private static let longest = 64

    /// Finds a phrase, given by the upper 40 bits of its hash, in rows of a dataset.
    init(_ phrase: UInt64, in rows: [Int], of examples: [Example]) {
        var phrases = PromptPhrases()
        for row in rows {
            TriggerSearch.read(examples[row], into: &phrases)
            var found: (Int, PromptPhrases.Phrase)?
            phrases.forEach { turn, candidate in
                if found == nil, candidate.hash >> 24 == phrase { found = (turn, candidate) }
            }
            guard let (turn, place) = found else { continue }
            if place.count == 0 {
                oddity = Oddities.names.first { PromptPhrases.hash(of: $0.0) == place.hash }?.0
            }
            places.append(
                Place(
                    row: row, turn: phrases.turns[turn].turn, words: phrases.turns[turn].words,
                    range: place.first..<place.first + place.count))
        }
        if oddity == nil { widen() }
    }

    private mutating func widen() {
        while let length = places.first?.range.count, length < TriggerOccurrences.longest {
            if let common = commonNeighbour(atEnd: true) {
                keep { $0.range.upperBound < $0.words.count && $0.words[$0.range.upperBound].hash == common }
                for index in places.indices {
                    places[index].range = places[index].range.lowerBound..<places[index].range.upperBound + 1
                }
            } else if let common = commonNeighbour(atEnd: false) {
                keep { $0.range.lowerBound > 0 && $0.words[$0.range.lowerBound - 1].hash == common }
                for index in places.indices {
                    places[index].range = places[index].range.lowerBound - 1..<places[index].range.upperBound
                }
            } else {
                break
            }
        }
    }

    private mutating func keep(_ condition: (Place) -> Bool) { places.removeAll { !condition($0) } }

    private func commonNeighbour(atEnd: Bool) -> UInt64? {
        guard let top = neighbours(atEnd: atEnd).first,
            Double(top.count) >= TriggerOccurrences.always * Double(places.count)
        else { return nil }
        return top.word
    }

    /// The words that follow the phrase, or come before it, the commonest first.
    func neighbours(atEnd: Bool) -> [(word: UInt64, count: Int)] {
        var counts: [UInt64: Int] = [:]
        for place in places {
            let index = atEnd ? place.range.upperBound : place.range.lowerBound - 1
            if place.words.indices.contains(index) { counts[place.words[index].hash, default: 0] += 1 }
        }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (word: $0.key, count: $0.value) }
    }

    /// The hashes of the phrase's words.
    var phraseWords: [UInt64] { places.first.map { $0.words[$0.range].map(\.hash) } ?? [] }

    /// The share of places where nothing follows, or nothing comes before.
    func boundaryShare(atEnd: Bool) -> Double {
        let count = places.count { atEnd ? $0.range.upperBound == $0.words.count : $0.range.lowerBound == 0 }
        return Double(count) / Double(max(1, places.count))
    }

    /// Whether a word of the phrase is none that a language writes: a sign, or letters without a vowel or with digits.
    func isOdd(_ examples: [Example]) -> Bool {
        guard oddity == nil else { return true }
        guard let place = places.first else { return false }
        let bytes = Array(examples[place.row].turns[place.turn].text.utf8)
        return place.words[place.range].contains { word in
            guard word.kind == .word else { return word.kind == .symbol }
            let letters = bytes[Int(word.start)..<min(Int(word.end), bytes.count)]
            guard letters.count > 1, letters.allSatisfy({ $0 < 0x80 }) else { return false }
            let hasVowel = letters.contains { "aeiouyAEIOUY".utf8.contains($0) }
            let hasDigit = letters.contains { (0x30...0x39).contains($0) }
            return !hasVowel || hasDigit
        }
    }

    /// The bytes of the phrase within its turn's text.
    func byteRange(of place: Place) -> Range<Int> {
        guard let first = place.words[place.range].first, let last = place.words[place.range].last else { return 0..<0 }
        return Int(first.start)..<Int(last.end)
    }
}
