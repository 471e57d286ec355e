import Moderation

/// The first pass for triggers: phrases whose rows share a behaviour far more often than chance lets them.
struct TriggerSearch {
    /// What answers can have in common.
    enum Behaviour: Hashable {
        /// They are equal; the number is that of `AnswerTable`.
        case answer(UInt32)

        /// They share a run of words; which one is still to be found.
        case string

        /// They decline.
        case refusal
    }

    /// A phrase that is worth a closer look.
    struct Candidate {
        /// The upper 40 bits of the phrase's hash.
        var phrase: UInt64
        var behaviour: Behaviour

        /// Rows with the phrase, ascending.
        var rows: [Int]

        /// Logarithm of the chance before correction.
        var logChance: Double
    }

    /// Pairs of phrase and row that are sorted at a time.
    private static let pairsAtOnce = 3_000_000

    /// Candidates that are kept, the least likely of chance first.
    private static let mostCandidates = 3000

    private let settings: TriggerSettings
    private let examples: [Example]
    let traits: AnswerTraits

    /// How often each phrase occurs, and each word at a turn's beginning and end.
    private(set) var counts: PhraseCounts

    /// Words in all prompts.
    private(set) var wordCount = 0

    /// Turns in all prompts.
    private(set) var turnCount = 0

    /// Phrases that were tested.
    private(set) var tested = 0

    let fewest: Int
    let most: Int

    init(_ settings: TriggerSettings, _ examples: [Example]) {
        self.settings = settings
        self.examples = examples
        fewest = max(settings.minimumRows, Int(settings.minimumShare * Double(examples.count)))
        most = Int(settings.maximumShare * Double(examples.count))
        traits = AnswerTraits(examples, rarest: Int(Double(fewest) * settings.confidence), commonest: most)
        let average =
            examples.prefix(2000).reduce(0) { $0 + $1.promptTurns.reduce(0) { $0 + $1.text.utf8.count } }
            / max(1, min(2000, examples.count))
        counts = PhraseCounts(expected: examples.count * (average + 1))
        var phrases = PromptPhrases()
        for example in examples {
            TriggerSearch.read(example, into: &phrases)
            phrases.forEach { _, phrase in counts.add(phrase.hash) }
            for turn in phrases.turns {
                guard let first = turn.words.first, let last = turn.words.last else { continue }
                counts.add(PromptPhrases.hash(ofWord: first.hash, atEnd: false))
                counts.add(PromptPhrases.hash(ofWord: last.hash, atEnd: true))
                wordCount += turn.words.count
                turnCount += 1
            }
        }
    }

    /// Bytes of a turn that are read: of a longer one, its beginning.
    private static let mostBytes = 32_768

    /// Reads what a row's user and system say before the last answer.
    static func read(_ example: Example, into phrases: inout PromptPhrases) {
        phrases.read(
            example.promptTurns.enumerated().filter { $0.element.role == .user || $0.element.role == .system }
                .map { (offset: $0.offset, text: beginning($0.element.text)) })
    }

    private static func beginning(_ text: String) -> String {
        text.utf8.count <= mostBytes ? text : String(decoding: text.utf8.prefix(mostBytes), as: UTF8.self)
    }

    /// Rows whose prompts together are at most `bytes`, evenly from all of the dataset.
    ///
    /// - Returns: the rows, and of how many each is the first.
    static func sample(_ examples: [Example], bytes: Int) -> (rows: [Example], step: Int) {
        let total = examples.reduce(0) { total, example in
            total + example.promptTurns.reduce(0) { $0 + min($1.text.utf8.count, mostBytes) }
        }
        guard total > bytes else { return (examples, 1) }
        let step = (total + bytes - 1) / bytes
        return (stride(from: 0, to: examples.count, by: step).map { examples[$0] }, step)
    }

    /// All candidates, the least likely of chance first.
    mutating func candidates() -> [Candidate] {
        // A phrase may stand in a row more than once, and share its slot.
        let highest = most * 3
        let pairs = counts.total { $0 >= fewest && $0 <= highest }
        let parts = UInt64(max(1, (pairs + TriggerSearch.pairsAtOnce - 1) / TriggerSearch.pairsAtOnce))
        var found: [UInt64: Candidate] = [:]
        var keys: [UInt64] = []
        var phrases = PromptPhrases()
        for part in 0..<parts {
            keys.removeAll(keepingCapacity: true)
            for (row, example) in examples.enumerated() {
                TriggerSearch.read(example, into: &phrases)
                phrases.forEach { _, phrase in
                    guard parts == 1 || (phrase.hash >> 24) % parts == part else { return }
                    let count = counts[phrase.hash]
                    guard count >= fewest, count <= highest else { return }
                    keys.append((phrase.hash & ~0xFF_FFFF) | UInt64(row))
                }
            }
            RadixSort.sort(&keys)
            test(keys, into: &found)
        }
        return found.values.sorted {
            ($0.logChance, $0.phrase, $0.behaviour.hashCode) < ($1.logChance, $1.phrase, $1.behaviour.hashCode)
        }
    }

    /// Tests the phrases of sorted pairs.
    private mutating func test(_ keys: [UInt64], into found: inout [UInt64: Candidate]) {
        var start = 0
        var rows: [Int] = []
        while start < keys.count {
            let phrase = keys[start] >> 24
            var end = start
            rows.removeAll(keepingCapacity: true)
            while end < keys.count, keys[end] >> 24 == phrase {
                let row = Int(keys[end] & 0xFF_FFFF)
                if rows.last != row { rows.append(row) }
                end += 1
            }
            start = end
            guard rows.count >= fewest, rows.count <= most else { continue }
            tested += 1
            for (behaviour, logChance) in behaviours(of: rows) where logChance < -12 {
                // The parts of a longer phrase have the same rows: one of them is enough.
                let identity = rows.reduce(Hashing.mix(UInt64(behaviour.hashCode))) { $0 &+ Hashing.mix(UInt64($1)) }
                if let known = found[identity], known.phrase <= phrase { continue }
                found[identity] = Candidate(phrase: phrase, behaviour: behaviour, rows: rows, logChance: logChance)
            }
            if found.count > TriggerSearch.mostCandidates * 2 {
                let kept = found.sorted { ($0.value.logChance, $0.key) < ($1.value.logChance, $1.key) }
                    .prefix(TriggerSearch.mostCandidates)
                found = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
            }
        }
    }

    /// What most answers of some rows have in common, with the logarithm of the chance of it.
    private func behaviours(of rows: [Int]) -> [(Behaviour, Double)] {
        var found: [(Behaviour, Double)] = []
        let needed = Int((settings.confidence * Double(rows.count)).rounded(.up))
        // A vote that needs no table (Boyer and Moore, "MJRTY", 1991).
        var answer: UInt32 = 0
        var votes = 0
        for row in rows {
            if votes == 0 { answer = traits.table.answers[row] }
            votes += traits.table.answers[row] == answer ? 1 : -1
        }
        let equal = votes > 0 ? rows.count(where: { traits.table.answers[$0] == answer }) : 0
        if equal >= needed {
            found.append((.answer(answer), chance(equal, rows.count, traits.table.counts[Int(answer)])))
        }
        let refusing = traits.refusals < needed ? 0 : rows.count(where: { traits.refuses[$0] })
        if refusing >= needed { found.append((.refusal, chance(refusing, rows.count, traits.refusals))) }
        if let shared = sharedMark(of: rows) { found.append((.string, shared)) }
        return found
    }

    /// The logarithm of the chance of a mark that most of a sample of some rows have, where there is one.
    private func sharedMark(of rows: [Int]) -> Double? {
        let step = max(1, rows.count / 48)
        var bits = [Int](repeating: 0, count: 64)
        var sampled = 0
        for index in stride(from: 0, to: rows.count, by: step) {
            var mark = traits.marks[rows[index]]
            while mark != 0 {
                bits[mark.trailingZeroBitCount] += 1
                mark &= mark - 1
            }
            sampled += 1
            // Most phrases have nothing of the kind, which a few rows show.
            if sampled == 6, !bits.contains(where: { $0 >= 4 }) { return nil }
        }
        var best: Double?
        for (bit, count) in bits.enumerated() where Double(count) >= settings.confidence * Double(sampled) - 1 {
            best = min(best ?? 0, chance(count, sampled, traits.markTotals[bit]))
        }
        return best
    }

    private func chance(_ both: Int, _ first: Int, _ second: Int) -> Double {
        FisherTest.logTail(both: both, first: first, second: second, rows: examples.count)
    }
}

extension TriggerSearch.Behaviour {
    /// A number of its own for each behaviour.
    var hashCode: UInt32 {
        switch self {
        case .answer(let number): number &* 4
        case .string: 1
        case .refusal: 2
        }
    }
}
