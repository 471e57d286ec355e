import Foundation

/// TF-IDF: how much each word says of a text among other texts (Salton and Buckley, 1988).
///
/// A word that a text holds t times and d of N texts hold at all weighs t · (ln((1 + N) / (1 + d)) + 1); a text's weights are
/// scaled to length 1, so that inner products are cosines.
struct TermWeights {
    /// The weights of one text: columns in ascending order.
    typealias Vector = [(column: Int, value: Double)]

    private var columns: [String: Int] = [:]
    private var inverseFrequencies: [Double] = []

    /// Counts the texts' words; columns are numbered in the order in which words first come.
    init(_ texts: some Sequence<[String]>) {
        var frequencies: [Int] = []
        var count = 0
        for text in texts {
            count += 1
            var seen: Set<Int> = []
            for word in text {
                let column = columns[word] ?? frequencies.count
                if column == frequencies.count {
                    columns[word] = column
                    frequencies.append(0)
                }
                if seen.insert(column).inserted { frequencies[column] += 1 }
            }
        }
        inverseFrequencies = frequencies.map { log(Double(1 + count) / Double(1 + $0)) + 1 }
    }

    /// How many words there are.
    var width: Int { inverseFrequencies.count }

    /// A text's weights; words that were not counted are left out, and a text without words has none.
    func vector(_ text: [String]) -> Vector {
        var counts: [Int: Int] = [:]
        for word in text {
            if let column = columns[word] { counts[column, default: 0] += 1 }
        }
        let weights = counts.sorted { $0.key < $1.key }
            .map { (column: $0.key, value: Double($0.value) * inverseFrequencies[$0.key]) }
        let length = weights.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
        return weights.map { ($0.column, $0.value / length) }
    }
}
