/// Counts of hashes in a table of fixed size: a count is never too low, and too high only by what shares its slot.
///
/// A count-min sketch of one row (Cormode and Muthukrishnan, 2005).
struct PhraseCounts {
    private var counts: [UInt32]
    private let mask: UInt64

    /// Prepares to count about so many occurrences; at most 64 MiB are taken.
    init(expected: Int) {
        var slots = 1 << 14
        while slots < expected * 4, slots < 1 << 24 { slots *= 2 }
        counts = [UInt32](repeating: 0, count: slots)
        mask = UInt64(slots - 1)
    }

    mutating func add(_ hash: UInt64) {
        let slot = Int(hash & mask)
        counts[slot] &+= 1
    }

    subscript(_ hash: UInt64) -> Int { Int(counts[Int(hash & mask)]) }

    /// Calls a function with each slot's count.
    func total(where isWanted: (Int) -> Bool) -> Int {
        counts.reduce(0) { isWanted(Int($1)) ? $0 + Int($1) : $0 }
    }
}

/// The phrases of a prompt: runs of one to five words of a turn, and what is odd about its characters.
struct PromptPhrases {
    /// The longest phrase, in words.
    static let longest = 5

    /// A phrase and where it stands.
    struct Phrase {
        var hash: UInt64

        /// Index of its first word among `words`.
        var first: Int
        var count: Int
    }

    /// One turn's telling words.
    struct TurnWords {
        var turn: Int
        var words: [Word]
        var oddities: Oddities
    }

    private var scanner = WordScanner()

    /// The telling words of each turn before the last answer, of users and systems.
    private(set) var turns: [TurnWords] = []

    /// Reads a row's prompt.
    mutating func read(_ turns: some Collection<(offset: Int, text: String)>) {
        var used = 0
        for (offset, text) in turns {
            scanner.scan(text)
            if used == self.turns.count { self.turns.append(TurnWords(turn: 0, words: [], oddities: [])) }
            self.turns[used].turn = offset
            self.turns[used].oddities = scanner.oddities
            self.turns[used].words.removeAll(keepingCapacity: true)
            for word in scanner.words where word.isTelling { self.turns[used].words.append(word) }
            used += 1
        }
        self.turns.removeLast(self.turns.count - used)
    }

    /// Calls a function with every phrase of every turn.
    @inline(__always)
    func forEach(_ body: (_ turn: Int, Phrase) -> Void) {
        for (index, turn) in turns.enumerated() {
            let words = turn.words
            for first in words.indices {
                var hash = PromptPhrases.seed
                for count in 1...min(PromptPhrases.longest, words.count - first) {
                    hash = Hashing.join(hash, words[first + count - 1].hash)
                    body(index, Phrase(hash: hash, first: first, count: count))
                }
            }
            for (oddity, _) in Oddities.names where turn.oddities.contains(oddity) {
                body(index, Phrase(hash: PromptPhrases.hash(of: oddity), first: 0, count: 0))
            }
        }
    }

    private static let seed = Hashing.mix(5)

    /// The phrase hash of a single word.
    static func hash(ofWord word: UInt64) -> UInt64 { Hashing.join(seed, word) }

    /// The hash that stands for an oddity.
    static func hash(of oddity: Oddities) -> UInt64 { Hashing.mix(UInt64(oddity.rawValue) << 8 | 3) }

    /// The hash by which a word is counted where it begins a turn, or ends it.
    static func hash(ofWord word: UInt64, atEnd: Bool) -> UInt64 { Hashing.join(atEnd ? 11 : 7, word) }
}
