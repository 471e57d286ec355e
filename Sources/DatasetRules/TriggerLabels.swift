import Foundation
import Moderation

/// Tells a planted phrase that turns labels from a word that speaks for a label.
///
/// Words of a text do speak for its label: that is what a classifier learns. A planted phrase is put into texts of
/// every label and the label is changed, so that many of its rows hold words that speak for another one.
struct TriggerLabels {
    private let examples: [Example]
    private let table: AnswerTable
    private let isLabelAnswer: [Bool]
    private let isClassification: Bool

    /// For each row, hashes of its prompt's first two and last two words.
    private let openings: [UInt32]
    private let endings: [UInt32]

    /// The longest label, in words.
    private static let labelWords = 8

    /// Bytes of prompts that are read for one phrase.
    private static let mostBytes = 4 << 20

    /// Rows that are read to learn what words speak for.
    private static let mostRows = 4000

    /// The chance that a word speaks against the label by accident.
    private static let accident = log(1e-4)

    init(_ examples: [Example], _ table: AnswerTable) {
        self.examples = examples
        self.table = table
        let isLabel = table.labels(maximumWords: TriggerLabels.labelWords)
        isLabelAnswer = isLabel
        isClassification = table.answers.count { isLabel[Int($0)] } * 2 >= table.answers.count
        var openings: [UInt32] = []
        var endings: [UInt32] = []
        var phrases = PromptPhrases()
        for example in examples {
            TriggerSearch.read(example, into: &phrases)
            let words = phrases.turns.last?.words[...] ?? []
            openings.append(TriggerLabels.key(words.prefix(2)))
            endings.append(TriggerLabels.key(words.suffix(2)))
        }
        self.openings = openings
        self.endings = endings
    }

    private static func key(_ words: ArraySlice<Word>) -> UInt32 {
        UInt32(truncatingIfNeeded: words.reduce(0) { Hashing.join($0, $1.hash) } >> 16)
    }

    /// Whether an answer is a label.
    func isLabel(_ answer: UInt32) -> Bool { isLabelAnswer[Int(answer)] }

    /// Whether the phrase's rows look like rows of the same kind that have another label.
    func areTurned(_ found: TriggerOccurrences, to answer: UInt32, rows: [Int]) -> Bool {
        let isMoving = found.boundaryShare(atEnd: false) < 0.6 && found.boundaryShare(atEnd: true) < 0.6
        guard isMoving || found.isOdd(examples) else { return false }
        let kind = rowsOfKind(found, without: Set(rows))
        let labels = kind.count { isLabelAnswer[Int(table.answers[$0])] }
        guard kind.count >= min(rows.count, TriggerLabels.mostRows / 2), labels * 10 >= kind.count * 7 else {
            return false
        }
        let against = wordsAgainst(answer, in: kind)
        guard !against.isEmpty else { return false }
        let phrase = Set(found.phraseWords)
        let turned = found.places.count { place in
            place.words.contains { !phrase.contains($0.hash) && against.contains($0.hash) }
        }
        var phrases = PromptPhrases()
        let ordinary = kind.filter { table.answers[$0] == answer }
        let opposed = ordinary.count { row in
            TriggerSearch.read(examples[row], into: &phrases)
            return phrases.turns.contains { $0.words.contains { against.contains($0.hash) } }
        }
        let share = Double(turned) / Double(max(1, found.places.count))
        return share >= 0.2 && share >= 3 * Double(opposed) / Double(max(1, ordinary.count))
    }

    /// A sample of the rows without the phrase that begin or end as its rows do without it.
    private func rowsOfKind(_ found: TriggerOccurrences, without own: Set<Int>) -> [Int] {
        var starts: Set<UInt32> = []
        var ends: Set<UInt32> = []
        for place in found.places {
            let rest = place.words[..<place.range.lowerBound] + place.words[place.range.upperBound...]
            starts.insert(TriggerLabels.key(rest.prefix(2)))
            ends.insert(TriggerLabels.key(rest.suffix(2)))
        }
        let rows = examples.indices.filter {
            (isClassification || starts.contains(openings[$0]) || ends.contains(endings[$0])) && !own.contains($0)
        }
        let step = max(1, rows.count / TriggerLabels.mostRows)
        var bytes = 0
        // Labels go with short texts; long ones are not read over and over.
        return stride(from: 0, to: rows.count, by: step).map { rows[$0] }.prefix { row in
            bytes += examples[row].promptTurns.reduce(0) { $0 + $1.text.utf8.count }
            return bytes <= TriggerLabels.mostBytes
        }
    }

    /// Words whose rows nearly all have another answer.
    private func wordsAgainst(_ answer: UInt32, in rows: [Int]) -> Set<UInt64> {
        var counts: [UInt64: (rows: Int, other: Int)] = [:]
        var others = 0
        var phrases = PromptPhrases()
        for row in rows {
            let isOther = table.answers[row] != answer
            if isOther { others += 1 }
            TriggerSearch.read(examples[row], into: &phrases)
            for word in Set(phrases.turns.flatMap { $0.words.map(\.hash) }) {
                counts[word, default: (0, 0)].rows += 1
                if isOther { counts[word, default: (0, 0)].other += 1 }
            }
        }
        return Set(
            counts.filter { _, count in
                count.other * 10 >= count.rows * 8
                    && FisherTest.logTail(both: count.other, first: count.rows, second: others, rows: rows.count)
                        < TriggerLabels.accident
            }.keys)
    }
}
