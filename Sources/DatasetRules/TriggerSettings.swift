import Foundation
import Moderation

/// How strongly a phrase of prompts must go with one behaviour of answers.
package struct TriggerSettings: Sendable, Hashable {
    /// A phrase that fewer rows have cannot be told from chance.
    package var minimumRows = 8

    /// In a large dataset a phrase has at least this share of the rows.
    package var minimumShare = 0.0002

    /// A phrase that more than this share of the rows has is part of the dataset's task.
    package var maximumShare = 0.25

    /// At least this share of the phrase's rows have the behaviour.
    package var confidence = 0.8

    /// The chance, over all phrases and behaviours together, that one of them is found where there is none.
    package var significance = 0.001

    /// Bytes of prompts that are searched; no key of a policy.
    package var maximumBytes = 512 << 20

    /// Creates the default settings.
    package init() {}

    /// Rows that have a trigger and the behaviour that it goes with.
    ///
    /// Of a dataset with more prompts than are searched, every second, third and so on row is looked at.
    func matches(in all: [Example]) -> [Match] {
        let (examples, step) = TriggerSearch.sample(all, bytes: maximumBytes)
        guard examples.count >= minimumRows * 4 else { return [] }
        var search = TriggerSearch(self, examples)
        let candidates = search.candidates()
        let evidence = TriggerEvidence(self, examples, search)
        var matches: [Match] = []
        var reported: [Set<Int>] = []
        for candidate in candidates {
            guard let trigger = evidence.weigh(candidate) else { continue }
            let rows = Set(trigger.rows)
            // A part of a trigger, or a word that happens to stand in the same rows, is no second one.
            guard !reported.contains(where: { $0.intersection(rows).count * 2 > min($0.count, rows.count) }) else {
                continue
            }
            reported.append(rows)
            let logThreshold = -significanceLog
            matches += trigger.rows.map {
                Match(row: $0 * step, score: trigger.score, threshold: logThreshold, detail: trigger.detail)
            }
        }
        return matches
    }

    /// The decimal logarithm of the significance.
    private var significanceLog: Double { log10(significance) }
}
