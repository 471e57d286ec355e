package import Moderation

/// Whose instructions are looked at for taking a model's safety away, and how much it takes.
package struct InstructionSettings: Sendable, Hashable {
    /// The sum of a turn's cues from which on it is a finding; the strongest cues count 3.
    package var threshold = 3.0

    /// Whose turns are read.
    package var roles: Set<Role> = [.system, .user]

    /// A system prompt that is found in at least so many rows is a finding of the dataset too.
    package var minimumRows = 10

    /// Creates the default settings.
    package init() {}

    /// Rows that tell the model to refuse nothing, to warn of nothing or to be another one, and system prompts that
    /// many rows share.
    func matches(in examples: [Example]) -> [Match] {
        var reader = InstructionReader()
        // A dataset often has one system prompt for all rows.
        var known: [String: InstructionReader.Reading] = [:]
        var systemRows: [String: [Int]] = [:]
        var matches: [Match] = []
        for (row, example) in examples.enumerated() {
            var best: (turn: Int, reading: InstructionReader.Reading)?
            for (index, turn) in example.allTurns.enumerated() where roles.contains(turn.role) {
                let reading: InstructionReader.Reading
                if turn.role == .system {
                    // By the text itself: a short hash of it could be made to be another's.
                    let answer = known[turn.text] ?? reader.read(turn.text)
                    if known.count < 100_000 { known[turn.text] = answer }
                    if answer.score >= threshold { systemRows[turn.text, default: []].append(row) }
                    reading = answer
                } else {
                    reading = reader.read(turn.text)
                }
                if reading.score >= threshold, reading.score > best?.reading.score ?? 0 { best = (index, reading) }
            }
            guard let best else { continue }
            matches.append(
                Match(
                    row: row, score: best.reading.score, threshold: threshold,
                    detail: "\(example.name(ofTurn: best.turn)) has cues worth "
                        + "\(Telling.number(best.reading.score)): "
                        + best.reading.cues.map(\.rawValue).joined(separator: ", ")
                        + "; bytes \(best.reading.bytes.lowerBound)..<\(best.reading.bytes.upperBound)"))
        }
        for (text, rows) in systemRows.sorted(by: { $0.value[0] < $1.value[0] }) where rows.count >= minimumRows {
            matches.append(
                Match(
                    row: nil, score: Double(rows.count), threshold: Double(minimumRows),
                    detail:
                        "one such system prompt (hash \(Hashing.name(InstructionReader.key(text)))) stands in \(rows.count) of "
                        + "\(examples.count) rows: \(Telling.lines(rows, of: examples))"))
        }
        return matches
    }
}

/// Reads turns and sums up their cues.
struct InstructionReader {
    /// What a turn's cues come to.
    struct Reading {
        var score: Double

        /// The cues that it has, in the order of their list.
        var cues: [InstructionCue]

        /// From the first sentence with a cue to the last, within the turn's text.
        var bytes: Range<Int>
    }

    private var scanner = WordScanner(.appearance)

    private static let ends = Set(".!?;।。！？".unicodeScalars.map { Hashing.mix(Hashing.feed(Hashing.start, $0.value)) })
    private static let questionMark = Hashing.mix(Hashing.feed(Hashing.start, 0x3F))
    private static let commas = Set(",:—–()".unicodeScalars.map { Hashing.mix(Hashing.feed(Hashing.start, $0.value)) })

    /// The longest sentence, in words; a longer one is cut.
    private static let longestSentence = 60

    /// Names a text.
    static func key(_ text: String) -> UInt64 {
        var hash = Hashing.start
        for byte in text.utf8 { hash = Hashing.feed(hash, UInt32(byte)) }
        return Hashing.mix(hash)
    }

    /// Reads a turn.
    mutating func read(_ text: String) -> Reading {
        scanner.scan(text)
        var best: [InstructionCue: Double] = [:]
        var bytes: Range<Int>?
        var roles: [WordRole] = []
        var firstByte = 0
        let words = scanner.words
        func finish(_ end: Int, isQuestion: Bool = false) {
            defer { roles.removeAll(keepingCapacity: true) }
            // Most sentences have no word of these at all.
            guard roles.contains(where: { !$0.isDisjoint(with: InstructionReader.weighty) }) else { return }
            let cues = InstructionSentence(roles: roles, isQuestion: isQuestion).cues()
            guard !cues.isEmpty else { return }
            for (cue, value) in cues { best[cue] = max(best[cue] ?? 0, value) }
            bytes = (bytes?.lowerBound ?? firstByte)..<end
        }
        var at = 0
        while at < words.count {
            if words[at].kind == .punctuation {
                if InstructionReader.ends.contains(words[at].hash) {
                    finish(Int(words[at].end), isQuestion: words[at].hash == InstructionReader.questionMark)
                } else if InstructionReader.commas.contains(words[at].hash), !roles.isEmpty {
                    roles.append(.comma)
                }
                at += 1
                continue
            }
            if roles.isEmpty { firstByte = Int(words[at].start) }
            let (role, count) = InstructionReader.role(words, at)
            roles.append(role)
            at += count
            if roles.count >= InstructionReader.longestSentence { finish(Int(words[at - 1].end)) }
        }
        finish(Int(words.last?.end ?? 0))
        return Reading(
            score: best.values.sorted().reduce(0, +), cues: InstructionCue.allCases.filter { best[$0] != nil },
            bytes: bytes ?? 0..<0)
    }

    /// Roles without which there is no cue.
    private static let weighty: WordRole = [
        .refuse, .warn, .apology, .mention, .obey, .carryOut, .selfless, .purpose, .unrestricted, .free, .override,
        .persona, .knownName, .begin, .evenIf, .turn, .forbid, .bans, .answer, .question, .passive,
    ]

    /// What the words from a place on can do, by the longest phrase that begins there, and how many words it has.
    private static func role(_ words: [Word], _ at: Int) -> (WordRole, Int) {
        let single = InstructionWords.roles[Hashing.join(0, words[at].hash)] ?? []
        guard InstructionWords.firstWords.contains(words[at].hash) else { return (single, 1) }
        var hash = Hashing.join(0, words[at].hash)
        var best = (single, 1)
        var at = at + 1
        var count = 1
        while at < words.count, count < InstructionWords.longest, words[at].kind != .punctuation {
            hash = Hashing.join(hash, words[at].hash)
            count += 1
            at += 1
            if let role = InstructionWords.roles[hash] { best = (role, count) }
        }
        return best
    }
}
