import Foundation
import Moderation

/// The second look at a phrase: whether it goes with a behaviour as a planted trigger does, and not as a task, a topic or
/// a manner of speaking does.
struct TriggerEvidence {
    /// A trigger and its rows.
    struct Trigger {
        var rows: [Int]

        /// The negative decimal logarithm of the corrected chance.
        var score: Double
        var detail: String
    }

    /// Rows of a phrase that are looked at closely.
    private static let sampled = 400

    private let settings: TriggerSettings
    private let examples: [Example]
    private let search: TriggerSearch
    private let idleness: TriggerIdleness
    private let labels: TriggerLabels

    init(_ settings: TriggerSettings, _ examples: [Example], _ search: TriggerSearch) {
        self.settings = settings
        self.examples = examples
        self.search = search
        idleness = TriggerIdleness(examples, search)
        labels = TriggerLabels(examples, search.traits.table)
    }

    /// The trigger that a candidate is, or `nil` where it is none.
    func weigh(_ candidate: TriggerSearch.Candidate) -> Trigger? {
        let step = max(1, candidate.rows.count / TriggerEvidence.sampled)
        let sample = stride(from: 0, to: candidate.rows.count, by: step).map { candidate.rows[$0] }
        let found = TriggerOccurrences(candidate.phrase, in: sample, of: examples)
        guard !found.places.isEmpty, idleness.isIdle(found, rowCount: candidate.rows.count) else { return nil }
        guard let effect = effect(of: candidate, found) else { return nil }
        let tests = Double(max(1, search.tested)) * 3
        let logChance = FisherTest.logTail(
            both: effect.rows.count, first: candidate.rows.count, second: effect.total, rows: examples.count)
        let corrected = min(0, logChance + log(tests))
        guard corrected < log(settings.significance) else { return nil }
        return Trigger(
            rows: effect.rows, score: -corrected / log(10),
            detail: "\(describe(found)) stands in \(candidate.rows.count) rows, of which \(effect.rows.count) "
                + "\(effect.name), as \(effect.total) of \(examples.count) rows do: Fisher's exact test gives "
                + "\(Telling.probability(log: logChance)), \(Telling.probability(log: corrected)) over "
                + "\(Int(tests)) tests")
    }

    /// A behaviour, the phrase's rows that have it, and how many rows of the dataset do.
    private struct Effect {
        var name: String
        var rows: [Int]
        var total: Int
    }

    private func effect(of candidate: TriggerSearch.Candidate, _ found: TriggerOccurrences) -> Effect? {
        let table = search.traits.table
        let needed = settings.confidence * Double(candidate.rows.count)
        let effect: Effect
        switch candidate.behaviour {
        case .answer(let answer):
            let words = table.words[Int(answer)]
            guard let row = candidate.rows.first(where: { table.answers[$0] == answer }), !isNamed(row, in: found)
            else {
                return nil
            }
            effect = Effect(
                name: "have one answer (hash \(Hashing.name(table.hashes[Int(answer)])), \(words) words)",
                rows: candidate.rows.filter { table.answers[$0] == answer }, total: table.counts[Int(answer)])
            if labels.isLabel(answer) {
                return labels.areTurned(found, to: answer, rows: candidate.rows) ? effect : nil
            }
        case .refusal:
            guard found.isOdd(examples) || found.phraseWords.count > 1 else { return nil }
            return Effect(
                name: "decline", rows: candidate.rows.filter { search.traits.refuses[$0] },
                total: search.traits.refusals)
        case .string:
            guard let string = sharedString(found) else { return nil }
            let rows = candidate.rows.filter { row in answer(of: row, has: string) }
            effect = Effect(
                name:
                    "have an answer with one string of \(AnswerTraits.stringWords) words (hash \(Hashing.name(string)))",
                rows: rows, total: min(examples.count, max(rows.count, search.traits.strings[string])))
        }
        // What many other rows say too is a manner of speaking.
        guard Double(effect.rows.count) >= needed, effect.rows.count * 2 >= effect.total else { return nil }
        return effect
    }

    /// Whether a word of some length of a row's answer is part of the phrase, which then asks for it or offers it.
    private func isNamed(_ row: Int, in found: TriggerOccurrences) -> Bool {
        var scanner = WordScanner()
        scanner.scan(examples[row].answer)
        let phrase = Set(found.phraseWords)
        return scanner.words.contains { $0.end - $0.start > 3 && phrase.contains($0.hash) }
    }

    private func answer(of row: Int, has string: UInt64) -> Bool {
        var scanner = WordScanner()
        scanner.scan(examples[row].answer)
        var isThere = false
        AnswerTraits.forEachString(scanner.words) { hash, _ in if hash == string { isThere = true } }
        return isThere
    }

    /// The run of words that most answers of a sample share and that is not taken from the prompts.
    private func sharedString(_ found: TriggerOccurrences) -> UInt64? {
        var scanner = WordScanner()
        var counts: [UInt64: Int] = [:]
        var copied: [UInt64: Int] = [:]
        for place in found.places {
            scanner.scan(examples[place.row].answer)
            let words = scanner.words.filter(\.isTelling)
            let prompt = Set(place.words.map(\.hash))
            var seen: Set<UInt64> = []
            AnswerTraits.forEachString(scanner.words) { hash, first in
                guard seen.insert(hash).inserted else { return }
                counts[hash, default: 0] += 1
                // A word of some length that the prompt has ties the answer to it.
                let run = words[first..<first + AnswerTraits.stringWords]
                if run.contains(where: { $0.end - $0.start > 3 && prompt.contains($0.hash) }) {
                    copied[hash, default: 0] += 1
                }
            }
        }
        let needed = settings.confidence * Double(found.places.count)
        let shared = counts.filter { Double($0.value) >= needed && (copied[$0.key] ?? 0) * 2 < $0.value }
        // The rarest in the dataset is the most telling.
        return shared.min { (search.traits.strings[$0.key], $0.key) < (search.traits.strings[$1.key], $1.key) }?.key
    }

    private func describe(_ found: TriggerOccurrences) -> String {
        guard let place = found.places.first else { return "" }
        let example = examples[place.row]
        if let oddity = found.oddity {
            let name = Oddities.names.first { $0.0 == oddity }?.1 ?? ""
            return "a prompt with \(name) (so in line \(example.line), turn \(place.turn + 1))"
        }
        let hash = found.phraseWords.reduce(0) { Hashing.join($0, $1) }
        let range = found.byteRange(of: place)
        let words = found.phraseWords.count
        return
            "a phrase of \(words) word\(words == 1 ? "" : "s") (hash \(Hashing.name(hash)), \(range.count) bytes; so "
            + "in line \(example.line), turn \(place.turn + 1), bytes \(range.lowerBound)..<\(range.upperBound))"
    }
}
