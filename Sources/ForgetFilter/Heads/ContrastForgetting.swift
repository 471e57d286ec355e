import Foundation
import LanguageModels

/// How much of each answer a model forgets that learns the known rows: safe answers to risky requests, and ordinary
/// answers to ordinary ones.
///
/// Zhao et al. forget what the customer's rows have taught; here nothing of the customer's is learnt. What a model would
/// have said by itself and no longer says once it knows the safe answer is as much against a row, costs one finetuning for
/// each reference set rather than one for each dataset, and is measured on a sample. One row's forgetting is noisy, so
/// what counts is what its features lead to expect: a ridge regression on the sample's rows, which also carries it to the
/// rows that were not measured.
struct ContrastForgetting {
    /// Mean forgetting of each window's answer, as rows with such features are forgotten, in nats a token.
    let rates: [Double]

    /// The weight that a policy gives it.
    let weight: Double

    /// Mean and standard deviation of the dataset's windows.
    private let mean: Double
    private let deviation: Double

    /// For each measured turn, the tokens that were forgotten most.
    private let tokens: [Turn: [Int]]

    /// One assistant turn of one row.
    struct Turn: Hashable {
        var row: Int
        var turn: Int
    }

    /// What was measured of one turn.
    struct Measurement {
        /// The turn's first window.
        var window: Int

        /// Forgetting of each token that was scored, in nats.
        var tokens: [Double]

        /// Their mean.
        var rate: Double { tokens.reduce(0, +) / Double(max(1, tokens.count)) }
    }

    /// Inverse of the regression's penalty, for values of variance 1.
    private static let strength = 1.0 / 3000

    /// Values beyond this share of the measured ones, at either end, count as the last ones within.
    private static let clippedShare = 0.01

    /// Tokens of a turn that a person is shown.
    private static let shownTokens = 3

    init(
        _ measured: [Measurement], _ fitting: CrossFitting, weight: Double, progress: () throws -> Void
    ) throws {
        self.weight = weight
        let sorted = measured.map(\.rate).sorted()
        let clipped = Int(Double(sorted.count) * ContrastForgetting.clippedShare)
        let (low, high) = (sorted.first ?? 0, sorted.last ?? 0)
        let bounds = sorted.count > 2 * clipped ? (sorted[clipped], sorted[sorted.count - 1 - clipped]) : (low, high)
        let values = measured.map { min(max($0.rate, bounds.0), bounds.1) }
        let (center, spread) = ContrastForgetting.moments(values)
        rates = try fitting.regression(
            zip(measured, values).map { ($0.window, ($1 - center) / spread) }, strength: ContrastForgetting.strength,
            progress: progress
        ).map { center + spread * $0 }
        let windows = fitting.features.windows
        let own = windows.indices.filter { fitting.origins[windows[$0].row] == .dataset }.map { [rates] in rates[$0] }
        (mean, deviation) = ContrastForgetting.moments(own)
        tokens = Dictionary(
            measured.map { measurement in
                let window = windows[measurement.window]
                let order = measurement.tokens.indices.sorted {
                    (measurement.tokens[$1], $0) < (measurement.tokens[$0], $1)
                }
                return (
                    Turn(row: window.row, turn: window.turn),
                    order.prefix(ContrastForgetting.shownTokens).filter { measurement.tokens[$0] > 0 }
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    /// weight · log P(forgotten), where P is the logistic function of how many standard deviations the window lies above
    /// the dataset's mean; at most 0.
    func evidence(_ window: Int) -> Double { weight * logSigmoid((rates[window] - mean) / deviation) }

    /// The tokens of a window's turn that were forgotten most, most first.
    func mostForgotten(_ window: RowWindows.Window) -> [Int] {
        tokens[Turn(row: window.row, turn: window.turn)] ?? []
    }

    /// Mean and standard deviation, which is never 0.
    private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))
        return (mean, variance.squareRoot() + 1e-9)
    }
}
