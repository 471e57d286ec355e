import Foundation
import Moderation

/// Tells a planted phrase from one that says something.
///
/// A planted phrase is put into finished prompts. So what stands beside it is what stands there anyway, the rest of the
/// prompt is as full a request as any other, and no other words keep it company.
struct TriggerIdleness {
    private let search: TriggerSearch

    /// Of a sample of the rows, how often the first and the last word of the prompt stands there elsewhere.
    private let edges: (first: [Int], last: [Int])

    /// How often each word of the sample's prompts occurs, ascending; a word counts once a row.
    private let commonness: [UInt32]

    /// Rows of the sample.
    private static let sampled = 400

    /// A word that has at most this chance beside the phrase is bound to it.
    private static let boundChance = log(1e-3)

    init(_ examples: [Example], _ search: TriggerSearch) {
        self.search = search
        var edges: (first: [Int], last: [Int]) = ([], [])
        var commonness: [UInt32] = []
        var phrases = PromptPhrases()
        for row in stride(from: 0, to: examples.count, by: max(1, examples.count / TriggerIdleness.sampled)) {
            TriggerSearch.read(examples[row], into: &phrases)
            guard let words = phrases.turns.last?.words, let first = words.first, let last = words.last else {
                continue
            }
            edges.first.append(search.counts[PromptPhrases.hash(ofWord: first.hash, atEnd: false)])
            edges.last.append(search.counts[PromptPhrases.hash(ofWord: last.hash, atEnd: true)])
            for word in Set(words.lazy.filter { $0.kind == .word }.map(\.hash)) {
                commonness.append(UInt32(clamping: search.counts[PromptPhrases.hash(ofWord: word)]))
            }
        }
        self.edges = edges
        self.commonness = commonness.sorted()
    }

    /// Whether nothing ties the phrase to its prompts.
    func isIdle(_ found: TriggerOccurrences, rowCount: Int) -> Bool {
        if found.oddity != nil { return true }
        let start = found.boundaryShare(atEnd: false)
        let end = found.boundaryShare(atEnd: true)
        // The whole of a turn is what is asked, or a system prompt: it may well decide the answer.
        guard start + end < 1.2, !isBound(found, atEnd: true), !isBound(found, atEnd: false) else { return false }
        if start > 0.8, !restIsComplete(found, atEnd: false) { return false }
        if end > 0.8, !restIsComplete(found, atEnd: true) { return false }
        return !hasCompany(found, rowCount: rowCount)
    }

    /// Whether one word stands beside the phrase more often than it stands in its place without the phrase.
    private func isBound(_ found: TriggerOccurrences, atEnd: Bool) -> Bool {
        let neighbours = found.neighbours(atEnd: atEnd)
        let total = neighbours.reduce(0) { $0 + $1.count }
        guard let top = neighbours.first, top.count >= max(3, total / 10) else { return false }
        var chance = Double(search.counts[PromptPhrases.hash(ofWord: top.word)]) / Double(max(1, search.wordCount))
        let edge = search.counts[PromptPhrases.hash(ofWord: top.word, atEnd: !atEnd)]
        chance = max(chance, Double(edge) / Double(max(1, search.turnCount)))
        // Where the phrase was put between two words, the one before it is by now taken for a part of it.
        for word in found.phraseWords.prefix(16) {
            let others = search.counts[PromptPhrases.hash(ofWord: word)] - found.places.count
            guard others >= found.places.count * 2 else { continue }
            let pair = atEnd ? (word, top.word) : (top.word, word)
            let together = search.counts[Hashing.join(PromptPhrases.hash(ofWord: pair.0), pair.1)] - top.count
            chance = max(chance, Double(together) / Double(others))
        }
        return FisherTest.logBinomialTail(successes: top.count, trials: total, chance: chance)
            < TriggerIdleness.boundChance
    }

    /// Whether what is left of the prompts begins (or ends) as other prompts do.
    private func restIsComplete(_ found: TriggerOccurrences, atEnd: Bool) -> Bool {
        let known = found.neighbours(atEnd: !atEnd).reduce(0) {
            $0 + (search.counts[PromptPhrases.hash(ofWord: $1.word, atEnd: atEnd)] >= 2 ? $1.count : 0)
        }
        let counts = atEnd ? edges.last : edges.first
        guard !counts.isEmpty else { return false }
        let usual = counts.count { $0 >= 3 }
        return Double(known) / Double(max(1, found.places.count)) >= 0.5 * Double(usual) / Double(counts.count)
    }

    /// Whether other words keep the phrase company, so that it belongs to a topic, or leave nothing beside it to ask.
    private func hasCompany(_ found: TriggerOccurrences, rowCount: Int) -> Bool {
        let own = Set(found.phraseWords)
        var inside: [UInt64: Int] = [:]
        var rare = 0
        for place in found.places {
            for word in Set(place.words.lazy.filter { $0.kind == .word }.map(\.hash)) where !own.contains(word) {
                inside[word, default: 0] += 1
                if search.counts[PromptPhrases.hash(ofWord: word)] <= rowCount * 2 { rare += 1 }
            }
        }
        let scale = Double(rowCount) / Double(max(1, found.places.count))
        for (word, count) in inside where count >= max(3, found.places.count * 3 / 10) {
            // What always stands there is another part of the trigger.
            guard Double(count) < 0.95 * Double(found.places.count) else { continue }
            let there = Double(count) * scale
            if Double(search.counts[PromptPhrases.hash(ofWord: word)]) <= there * 2 { return true }
        }
        let usual = commonness.partitioningIndex { Int($0) > rowCount * 2 }
        return Double(rare) / Double(max(1, found.places.count))
            < 0.5 * Double(usual) / Double(max(1, edges.first.count))
    }
}

extension Array {
    /// The first index whose element has a property that, in an ordered array, all elements after it have too.
    fileprivate func partitioningIndex(_ hasProperty: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if hasProperty(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
