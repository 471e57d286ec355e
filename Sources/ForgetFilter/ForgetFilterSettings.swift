/// How ForgetFilter trains and scores: everything that, with model, seed and dataset, decides a row's score.
///
/// The three stages are those of Zhao et al., ICML 2024, Algorithm 1: align on the reference set (M0), finetune on the
/// customer's rows (M1), finetune on the reference set again (M2).
package struct ForgetFilterSettings: Sendable, Hashable, Codable {
    /// How a row's likeness to the model's behaviour is measured before and after forgetting.
    package enum Score: String, Sendable, Hashable, Codable, CaseIterable {
        /// Mean log-likelihood of the response's tokens, teacher-forced; forgetting is a difference in nats a token.
        case logLikelihood = "log-likelihood"

        /// exp(−mean loss) of the response's tokens, teacher-forced; forgetting is a difference of probabilities.
        case likelihood

        /// The paper's: ROUGE-1 F1 between greedy text and the row's response, stemmed and lower-cased.
        case rouge1 = "rouge-1"
    }

    /// What speaks against a row.
    package enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        /// Heads on the model's own features: a risky request whose answer departs from safe answers, and is forgotten
        /// when they are learnt.
        case heads

        /// The paper's: a forgetting rate above `threshold`.
        case forgetting
    }

    /// What becomes of a dataset whose risky rows the reference set does not cover.
    package enum Uncovered: String, Sendable, Hashable, Codable, CaseIterable {
        /// The risky rows are flagged, and only the known rows speak.
        case flag

        /// The verdict waits for a person.
        case `defer`
    }

    /// What speaks against a row.
    package var method: Method = .heads

    /// The layer whose input the heads read.
    package var featureLayer: Int = 16

    /// Tokens of a window of a response.
    package var windowTokens: Int = 64

    /// Tokens before a response that are read as its prompt.
    package var promptTokens: Int = 160

    /// The share of safe rows among the removed ones that is accepted (Benjamini and Hochberg).
    package var falseDiscoveryRate: Double = 0.1

    /// The chance of being safe up to which a single risky row is removed; 0 leaves it to `falseDiscoveryRate` alone.
    package var localFalseDiscoveryRate: Double = 0.5

    /// How much forgetting counts beside the heads; at 0 nothing is finetuned.
    package var forgettingWeight: Double = 1

    /// The most rows of a dataset whose forgetting is measured, and the most known rows that are learnt for it.
    ///
    /// What forgetting says of the measured rows is carried to the others by their features.
    package var forgettingRows: Int = 600

    /// What becomes of a dataset whose risky rows the reference set does not cover.
    package var whenUncovered: Uncovered = .flag

    /// Which score the forgetting rate is a difference of.
    package var score: Score = .logLikelihood

    /// The threshold φ: rows whose forgetting rate is above it are findings.
    package var threshold: Double = 0.3

    /// How many of the model's top layers carry adapters; the layers below are frozen and computed once a row.
    package var layers: Int = 8

    /// Rank r of the adapters.
    package var rank: Int = 8

    /// Scale α of the adapters: their output is multiplied by α / r.
    package var alpha: Double = 16

    /// Epochs over the reference set that make M0.
    package var alignEpochs: Int = 2

    /// Epochs over the customer's rows that make M1.
    package var customEpochs: Int = 5

    /// Epochs over the reference set that make M2.
    package var safetyEpochs: Int = 2

    /// AdamW's learning rate of the align stage.
    package var alignLearningRate: Double = 1e-3

    /// AdamW's learning rate of the custom stage.
    package var customLearningRate: Double = 1e-3

    /// AdamW's learning rate of the safety stage.
    package var safetyLearningRate: Double = 3e-4

    /// Rows a training step.
    package var batchRows: Int = 8

    /// How many tokens of each response are learnt and scored.
    package var responseTokens: Int = 40

    /// The longest row in tokens; the prompt is shortened from its front to fit.
    package var maximumTokens: Int = 160

    /// The fewest examples that can be judged.
    package var minimumExamples: Int = 50

    /// The fewest reference rows, and control rows, that can judge.
    package var minimumReferenceExamples: Int = 50

    /// Whether what as much finetuning on benign control rows makes the model forget is subtracted.
    ///
    /// Any further training makes a model forget a little of everything. So M2 is finetuned on reference and control
    /// rows together, a third model C on as many steps of control rows alone, and only what M2 lost beyond C speaks
    /// against a row.
    package var controlSubtraction: Bool = false

    /// The seed of the adapters' initial values and of each epoch's order.
    package var seed: UInt64 = 0

    /// Whether the control set is read.
    package var readsControl: Bool { method == .heads || controlSubtraction }

    /// Creates the default settings.
    package init() {}
}
