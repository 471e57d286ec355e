package import Moderation

/// A baseline without a model: the row asks what reference rows are asked, and answers otherwise.
///
/// score = c(prompt, reference prompts) − c(answer, reference answers), where c is the mean cosine of the TF-IDF weights
/// of the row's text with those of its `neighbours` nearest reference texts. Words are counted over all rows given.
package enum TermSimilarity {
    /// How many reference texts count.
    package static let neighbours = 3

    /// One score a row, higher for more suspect, from −1 to 1.
    ///
    /// - Parameters:
    ///   - rows: the rows to score.
    ///   - reference: known-safe rows, mostly safe answers to risky prompts.
    ///   - control: ordinary rows; they only help to tell how rare a word is.
    package static func scores(_ rows: [Example], reference: [Example], control: [Example]) -> [Double] {
        let rows = rows.map(BaselineText.init)
        let reference = reference.map(BaselineText.init)
        let all = rows + reference + control.map(BaselineText.init)
        let prompts = similarities(rows.map(\.prompt), to: reference.map(\.prompt), of: all.map(\.prompt))
        let answers = similarities(rows.map(\.answer), to: reference.map(\.answer), of: all.map(\.answer))
        return zip(prompts, answers).map { $0 - $1 }
    }

    private static func similarities(_ texts: [[String]], to known: [[String]], of all: [[String]]) -> [Double] {
        let weights = TermWeights(all)
        // For each word, the known texts that hold it.
        var holders = [[(text: Int, value: Double)]](repeating: [], count: weights.width)
        for (index, text) in known.enumerated() {
            for entry in weights.vector(text) { holders[entry.column].append((index, entry.value)) }
        }
        let counted = min(neighbours, known.count)
        return texts.map { text in
            var cosines = [Double](repeating: 0, count: known.count)
            for entry in weights.vector(text) {
                for holder in holders[entry.column] { cosines[holder.text] += entry.value * holder.value }
            }
            let nearest = cosines.sorted(by: >).prefix(counted)
            return nearest.reduce(0, +) / Double(max(1, counted))
        }
    }
}
