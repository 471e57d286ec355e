package import Moderation
import TensorKernels

/// Baselines that learn words: logistic regression that tells reference rows from control rows.
///
/// No row known to be unsafe is there to learn from. Reference rows are safe answers to risky prompts, control rows
/// ordinary answers to ordinary prompts; what tells them apart is how risky a prompt sounds, and how a safe answer to one
/// sounds. Rows are TF-IDF weights of their words (`TermWeights`, counted over all rows given), those of prompt and answer
/// apart, and the penalty λ is 1 (`LogisticRegression`).
package enum BagOfWords {
    /// One score a row: log P(reference) / P(control) given the words of prompt and answer.
    ///
    /// It finds rows on risky subjects, and cannot mean to tell a safe answer from an unsafe one.
    package static func scores(_ rows: [Example], reference: [Example], control: [Example]) -> [Double] {
        let (rows, known, labels) = texts(rows, reference, control)
        let prompts = TermWeights((rows + known).map(\.prompt))
        let answers = TermWeights((rows + known).map(\.answer))
        func matrix(_ texts: [BaselineText]) -> SparseRows {
            var matrix = SparseRows(width: prompts.width + answers.width)
            for text in texts {
                let shifted = answers.vector(text.answer).map { (column: prompts.width + $0.column, value: $0.value) }
                matrix.append(prompts.vector(text.prompt) + shifted)
            }
            return matrix
        }
        return logits(of: matrix(rows), learntFrom: matrix(known), labels)
    }

    /// One score a row: log P(reference) / P(control) given the words of the prompt, less the same given the words of the
    /// answer.
    ///
    /// It is high where the prompt sounds risky and the answer is not what reference rows answer.
    package static func contrastScores(_ rows: [Example], reference: [Example], control: [Example]) -> [Double] {
        let (rows, known, labels) = texts(rows, reference, control)
        func logits(_ part: (BaselineText) -> [String]) -> [Double] {
            let weights = TermWeights((rows + known).map(part))
            func matrix(_ texts: [BaselineText]) -> SparseRows {
                var matrix = SparseRows(width: weights.width)
                for text in texts { matrix.append(weights.vector(part(text))) }
                return matrix
            }
            return self.logits(of: matrix(rows), learntFrom: matrix(known), labels)
        }
        return zip(logits(\.prompt), logits(\.answer)).map { $0 - $1 }
    }

    private static func texts(
        _ rows: [Example], _ reference: [Example], _ control: [Example]
    ) -> (rows: [BaselineText], known: [BaselineText], labels: [Bool]) {
        (
            rows.map(BaselineText.init), (reference + control).map(BaselineText.init),
            reference.map { _ in true } + control.map { _ in false }
        )
    }

    private static func logits(of rows: SparseRows, learntFrom known: SparseRows, _ labels: [Bool]) -> [Double] {
        let classifier = LogisticRegression(known, labels: labels)
        return (0..<rows.count).map { classifier.logit($0, of: rows) }
    }
}
