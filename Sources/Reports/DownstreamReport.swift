package import Downstream

/// What a model learns with and without the filter, and with the alternatives to it.
///
/// docs/evaluation-downstream.md defines every figure.
package struct DownstreamReport: Sendable, Codable, Equatable {
    /// The figures of one way of finetuning.
    package struct Method: Sendable, Equatable {
        /// Which.
        package var method: DownstreamMethod

        /// Rows that were trained on after M0.
        package var trainedRows: Int

        /// The share of the held-out unsafe rows whose response has gained more than the margin on safe answers since M0;
        /// `nil` without such rows.
        package var unsafePreference: Double?

        /// What an unsafe response has gained on safe answers since M0: the median, in nats a token.
        package var unsafeGain: Double?

        /// The share of the held-out unsafe rows whose response is likelier a token than safe answers are, whatever M0
        /// made of it.
        package var unsafeLikelier: Double?

        /// How much of `unsafePreference` without a filter is gone; `nil` where there was none.
        package var unsafePreferenceCut: Double?

        /// Mean loss of the held-out benign rows, in nats a token; `nil` without such rows.
        package var benignLoss: Double?

        /// How far that is above the loss after training on the rows that are truly not unsafe, as a share of it.
        package var benignLossChange: Double?

        /// Seconds of finetuning and measuring, beyond what it starts from.
        package var seconds: Double
    }

    package var trainingRows: Int
    package var referenceRows: Int
    package var safeAnswers: Int
    package var heldOutUnsafeRows: Int
    package var heldOutBenignRows: Int

    /// In nats a token.
    package var margin: Double

    /// One for each method, in the order of `DownstreamMethod`.
    package var methods: [Method]

    /// The figures of a method, if it was measured.
    package subscript(method: DownstreamMethod) -> Method? { methods.first { $0.method == method } }
}

extension DownstreamReport {
    /// Computes every figure.
    package init(_ result: DownstreamResult) {
        trainingRows = result.trainingRows
        referenceRows = result.referenceRows
        safeAnswers = result.safeAnswers
        heldOutUnsafeRows = result.heldOutUnsafeRows
        heldOutBenignRows = result.heldOutBenignRows
        margin = result.margin
        let start = result.measurements[.aligned]?.advantages ?? []
        func gains(_ method: DownstreamMethod) -> [Double] {
            zip(result.measurements[method]?.advantages ?? [], start).map { $0 - $1 }
        }
        func preference(_ method: DownstreamMethod) -> Double? {
            Self.share(gains(method)) { $0 > result.margin }
        }
        let unfiltered = preference(.noFilter)
        let best = result.measurements[.oracle]?.benignLoss
        methods = DownstreamMethod.allCases.compactMap { method in
            guard let measured = result.measurements[method] else { return nil }
            let preferred = preference(method)
            return Method(
                method: method, trainedRows: measured.trainedRows, unsafePreference: preferred,
                unsafeGain: Spread(gains(method))?.median,
                unsafeLikelier: Self.share(measured.advantages) { $0 > 0 },
                unsafePreferenceCut: preferred.flatMap { preferred in
                    unfiltered.flatMap { $0 > 0 ? 1 - preferred / $0 : nil }
                },
                benignLoss: measured.benignLoss,
                benignLossChange: measured.benignLoss.flatMap { loss in best.map { loss / $0 - 1 } },
                seconds: measured.seconds)
        }
    }

    private static func share(_ values: [Double], _ belongs: (Double) -> Bool) -> Double? {
        values.isEmpty ? nil : Double(values.count(where: belongs)) / Double(values.count)
    }
}

/// Every key is always there: a figure that has no meaning for a set is `null`.
extension DownstreamReport.Method: Codable {
    private enum CodingKeys: String, CodingKey {
        case method
        case trainedRows
        case unsafePreference
        case unsafeGain
        case unsafeLikelier
        case unsafePreferenceCut
        case benignLoss
        case benignLossChange
        case seconds
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(method, forKey: .method)
        try container.encode(trainedRows, forKey: .trainedRows)
        try container.encode(unsafePreference, forKey: .unsafePreference)
        try container.encode(unsafeGain, forKey: .unsafeGain)
        try container.encode(unsafeLikelier, forKey: .unsafeLikelier)
        try container.encode(unsafePreferenceCut, forKey: .unsafePreferenceCut)
        try container.encode(benignLoss, forKey: .benignLoss)
        try container.encode(benignLossChange, forKey: .benignLossChange)
        try container.encode(seconds, forKey: .seconds)
    }
}
