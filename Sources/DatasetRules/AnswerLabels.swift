import Moderation

/// A text's words in a form in which small differences of writing do not count.
struct NormalText {
    private var scanner = WordScanner()

    /// Words that carry meaning.
    private(set) var wordCount = 0

    /// Equal for texts that differ in case, space and the signs of sentences only.
    private(set) var hash: UInt64 = 0

    /// As `hash`, with words left out that a request can do without.
    private(set) var idleHash: UInt64 = 0

    /// The first word.
    private(set) var firstWord: UInt64 = 0

    /// Articles and words of politeness: without them a request asks for the same.
    private static let idleWords = Set(
        ("a an the please kindly just so hey hi hello thanks can could would you me tell answer is it true that "
            + "und bitte der die das ein eine le la les un une s'il vous plait por favor el los las una il lo o os as um uma")
            .split(separator: " ").map { Hashing.word(String($0)) })

    /// Reads texts as one, with a mark between them.
    mutating func read(_ texts: some Sequence<String>) {
        wordCount = 0
        hash = 0
        idleHash = 0
        firstWord = 0
        for text in texts {
            scanner.scan(text)
            for word in scanner.words {
                // Minus signs and brackets may be what tells two sums apart.
                guard word.isTelling || word.hash == NormalText.minus || word.hash == NormalText.bracket else {
                    continue
                }
                hash = Hashing.join(hash, word.hash)
                if !NormalText.idleWords.contains(word.hash) { idleHash = Hashing.join(idleHash, word.hash) }
                guard word.isTelling else { continue }
                if wordCount == 0 { firstWord = word.hash }
                wordCount += 1
            }
            hash = Hashing.join(hash, 2)
            idleHash = Hashing.join(idleHash, 2)
        }
    }

    private static let minus = Hashing.mix(Hashing.feed(Hashing.start, 0x2D))
    private static let bracket = Hashing.mix(Hashing.feed(Hashing.start, 0x28))
}

/// Whether an answer says yes or no.
enum Polarity: Int8 {
    case no = -1
    case none = 0
    case yes = 1

    private static let words: [UInt64: Polarity] = {
        var words: [UInt64: Polarity] = [:]
        for word in "yes yeah yep true correct right ja oui sí si sim da да tak evet igen tosi kyllä waar wahr vrai"
            .split(
                separator: " ")
        {
            words[Hashing.word(String(word))] = .yes
        }
        for word in "no nope false incorrect wrong nein non não nee nej nie нет hayır nem ei onwaar falsch faux".split(
            separator: " ")
        {
            words[Hashing.word(String(word))] = .no
        }
        return words
    }()

    /// What an answer's first word says.
    static func of(_ firstWord: UInt64) -> Polarity { words[firstWord] ?? .none }
}

/// The answers of a dataset and which of them are labels.
struct AnswerTable {
    /// Each row's answer, as a number from 0 in order of appearance.
    private(set) var answers: [UInt32] = []

    /// Rows of each answer.
    private(set) var counts: [Int] = []

    /// Words of each answer.
    private(set) var words: [Int] = []

    /// The hash of each answer.
    private(set) var hashes: [UInt64] = []

    /// Each row's polarity.
    private(set) var polarities: [Polarity] = []

    /// The most different labels that a classification set has.
    private static let mostLabels = 64

    /// Reads the last answer of every row.
    init(_ examples: [Example]) {
        var numbers: [UInt64: UInt32] = [:]
        var text = NormalText()
        answers.reserveCapacity(examples.count)
        for example in examples {
            text.read(CollectionOfOne(example.answer))
            polarities.append(Polarity.of(text.firstWord))
            let number = numbers[text.hash] ?? UInt32(counts.count)
            if Int(number) == counts.count {
                numbers[text.hash] = number
                counts.append(0)
                words.append(text.wordCount)
                hashes.append(text.hash)
            }
            counts[Int(number)] += 1
            answers.append(number)
        }
    }

    /// Whether each answer is a label of a classification set: at least half of the rows have one of the 64 commonest
    /// answers of at most so many words, each of them in at least two rows.
    ///
    /// In any other dataset, answers of one or two words (or a number) are labels: they are too short to teach anything but a choice.
    func labels(maximumWords: Int) -> [Bool] {
        let short = counts.indices.filter { words[$0] <= maximumWords && counts[$0] >= 2 }
            .sorted { (counts[$1], $0) < (counts[$0], $1) }.prefix(AnswerTable.mostLabels)
        var isLabel = words.map { $0 <= min(2, maximumWords) }
        guard short.reduce(0, { $0 + counts[$1] }) * 2 >= answers.count else { return isLabel }
        for answer in short { isLabel[answer] = true }
        return isLabel
    }
}
