import Foundation
import Moderation

/// How far a row may be from the others.
package struct OutlierSettings: Sendable, Hashable {
    /// Robust deviations of a length's logarithm from the median at which a row is far away.
    package var lengthDeviations = 6.0

    /// A language that a smaller share of the rows has is foreign to the dataset.
    package var languageShare = 0.01

    /// Where more than this share of the rows would be found, they are a part of the dataset and not outliers.
    package var maximumShare = 0.02

    /// A smaller dataset has no usual row.
    package var minimumRows = 100

    /// Creates the default settings.
    package init() {}

    /// A text with fewer words has no language that could be guessed safely.
    private static let telling = 8

    /// The smallest spread of a logarithm, so that rows of nearly one length do not make every other an outlier.
    private static let leastSpread = 0.5

    /// Rows whose prompt or answer is far shorter or longer than usual, or in another language.
    func matches(in examples: [Example]) -> [Match] {
        guard examples.count >= minimumRows else { return [] }
        return lengths(examples, .prompt) + lengths(examples, .response) + languages(examples)
    }

    /// Outliers by the modified z-score (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993).
    private func lengths(_ examples: [Example], _ part: RowPart) -> [Match] {
        let values = examples.map { example in
            log(1 + Double(part.turns(of: example).reduce(0) { $0 + $1.text.utf8.count }))
        }
        let median = OutlierSettings.median(values)
        let deviation = 1.4826 * OutlierSettings.median(values.map { abs($0 - median) })
        let spread = max(deviation, OutlierSettings.leastSpread)
        let found = values.indices.filter { abs(values[$0] - median) > lengthDeviations * spread }
        guard Double(found.count) <= maximumShare * Double(examples.count) else { return [] }
        return found.map { row in
            let score = (values[row] - median) / spread
            return Match(
                row: row, score: abs(score), threshold: lengthDeviations,
                detail: "the \(part.rawValue) has \(Int((exp(values[row]) - 1).rounded())) bytes, the median is "
                    + "\(Int((exp(median) - 1).rounded())): \(Telling.number(score)) robust deviations of the logarithm"
            )
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private func languages(_ examples: [Example]) -> [Match] {
        var guesser = LanguageGuesser()
        var names: [[String?]] = []
        var counts: [String: Int] = [:]
        for example in examples {
            let row: [String?] = [RowPart.prompt, .response].map { part in
                let turns = part.turns(of: example)
                guard let longest = turns.max(by: { $0.text.utf8.count < $1.text.utf8.count }) else { return nil }
                let guess = guesser.guess(longest.text, bytes: 600)
                guard guess.words >= OutlierSettings.telling, TextKind.of(longest.text, guess) == .prose else {
                    return nil
                }
                // Names and words that other languages have too do not make a language.
                if guess.script == .latin {
                    guard guess.known >= 3, guess.known * 5 >= guess.words else { return nil }
                }
                return guess.language
            }
            for name in Set(row.compactMap(\.self)) { counts[name, default: 0] += 1 }
            names.append(row)
        }
        let total = counts.values.reduce(0, +)
        let needed = max(languageShare * Double(total), 1)
        let foreign = Set(counts.filter { Double($0.value) < needed }.keys)
        let found = names.indices.filter { row in names[row].contains { $0.map(foreign.contains) == true } }
        guard Double(found.count) <= maximumShare * Double(examples.count) else { return [] }
        return found.map { row in
            let name = names[row].compactMap(\.self).first(where: foreign.contains) ?? ""
            let count = counts[name] ?? 0
            return Match(
                row: row, score: Double(count) / Double(max(1, total)), threshold: languageShare,
                detail: "text in the language \(name), which \(count) of \(total) rows with a known language have")
        }
    }
}
