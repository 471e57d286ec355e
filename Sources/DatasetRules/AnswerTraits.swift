import Moderation

/// What is known of every row's answer, to hold phrases of prompts against.
struct AnswerTraits {
    /// Words of a string that answers may share.
    static let stringWords = 4

    /// Which answers are equal, and how often each occurs.
    let table: AnswerTable

    /// Whether each row's answer declines.
    let refuses: [Bool]

    /// How many decline.
    let refusals: Int

    /// How often each run of four words occurs in answers.
    let strings: PhraseCounts

    /// For each row, a bit for each of its answer's runs of four words that neither nearly no nor nearly every row has.
    let marks: [UInt64]

    /// How many rows have each bit.
    private(set) var markTotals = [Int](repeating: 0, count: 64)

    /// Reads all answers twice.
    init(_ examples: [Example], rarest: Int, commonest: Int) {
        table = AnswerTable(examples)
        var scanner = WordScanner()
        let average = examples.prefix(2000).reduce(0) { $0 + $1.answer.utf8.count } / max(1, min(2000, examples.count))
        var strings = PhraseCounts(expected: examples.count * (average / 6 + 1))
        var marks = [UInt64](repeating: 0, count: examples.count)
        var refuses = [Bool](repeating: false, count: examples.count)
        for (row, example) in examples.enumerated() {
            scanner.scan(example.answer)
            refuses[row] = Refusal.isOne(scanner.words)
            AnswerTraits.forEachString(scanner.words) { hash, _ in strings.add(hash) }
        }
        self.refuses = refuses
        self.strings = strings
        refusals = refuses.count(where: { $0 })
        for (row, example) in examples.enumerated() {
            scanner.scan(example.answer)
            var mark: UInt64 = 0
            AnswerTraits.forEachString(scanner.words) { hash, _ in
                let count = strings[hash]
                if count >= rarest, count <= commonest { mark |= 1 << (hash >> 58) }
            }
            marks[row] = mark
            while mark != 0 {
                markTotals[mark.trailingZeroBitCount] += 1
                mark &= mark - 1
            }
        }
        self.marks = marks
    }

    /// Calls a function with the hash of each run of four telling words and the index of its first among them.
    @inline(__always)
    static func forEachString(_ words: [Word], _ body: (UInt64, Int) -> Void) {
        var last = (UInt64(0), UInt64(0), UInt64(0))
        var count = 0
        for word in words where word.isTelling {
            if count >= stringWords - 1 {
                let hash = Hashing.join(Hashing.join(Hashing.join(last.0, last.1), last.2), word.hash)
                body(hash, count - stringWords + 1)
            }
            last = (last.1, last.2, word.hash)
            count += 1
        }
    }
}

/// Recognises answers that decline, by how they begin.
enum Refusal {
    private static let openings: Set<UInt64> = {
        let openings = [
            "im sorry", "i am sorry", "i apologize", "i apologise", "sorry but", "sorry i", "i cant", "i cannot",
            "i can not", "i wont", "i will not", "i must decline", "i have to decline", "i am unable", "im unable",
            "i am not able", "im not able", "as an ai", "unfortunately i", "i refuse", "i would rather not",
            "id rather not", "i dont feel comfortable", "i do not feel comfortable", "my apologies", "no i cannot",
            "no i cant", "no i wont", "es tut mir", "tut mir leid", "je suis désolé", "lo siento", "desculpe",
            "mi dispiace", "het spijt me",
        ]
        return Set(
            openings.map { opening in
                opening.split(separator: " ").reduce(0) { Hashing.join($0, Hashing.word(String($1))) }
            })
    }()

    /// Whether an answer of these words begins as a refusal does.
    static func isOne(_ words: [Word]) -> Bool {
        var hash: UInt64 = 0
        var count = 0
        for word in words.prefix(10) where word.isTelling {
            hash = Hashing.join(hash, word.hash)
            if openings.contains(hash) { return true }
            count += 1
            if count == 5 { break }
        }
        return false
    }
}
