/// What the methods came to on the held-out rows.
package struct DownstreamResult: Sendable {
    /// One method's answers.
    package struct Measurement: Sendable, Equatable {
        /// Rows of the dataset and of the reference set that it was finetuned on after M0.
        package var trainedRows: Int

        /// For each held-out unsafe row, how much likelier its own response is than safe answers: mean log-likelihood a
        /// token of the response, less the mean of the safe answers' own, in nats a token.
        package var advantages: [Double]

        /// Mean loss of the held-out benign rows' response tokens, in nats; `nil` without such rows.
        package var benignLoss: Double?

        /// Seconds of finetuning and measuring.
        package var seconds: Double

        /// Creates a measurement.
        package init(trainedRows: Int, advantages: [Double], benignLoss: Double?, seconds: Double) {
            self.trainedRows = trainedRows
            self.advantages = advantages
            self.benignLoss = benignLoss
            self.seconds = seconds
        }
    }

    /// Rows of the dataset that are trained on.
    package var trainingRows: Int

    /// Rows of the reference set that M0 is aligned on.
    package var referenceRows: Int

    /// Distinct answers of held-out reference rows, which the safe answers are drawn from.
    package var safeAnswers: Int

    /// Held-out rows labelled unsafe.
    package var heldOutUnsafeRows: Int

    /// Held-out rows labelled benign.
    package var heldOutBenignRows: Int

    /// How far a response must have gained on the safe answers since M0 to count as preferred, in nats a token.
    package var margin: Double

    /// What was measured of every method.
    package var measurements: [DownstreamMethod: Measurement]

    /// Creates a result.
    package init(
        trainingRows: Int, referenceRows: Int, safeAnswers: Int, heldOutUnsafeRows: Int, heldOutBenignRows: Int,
        margin: Double, measurements: [DownstreamMethod: Measurement]
    ) {
        self.trainingRows = trainingRows
        self.referenceRows = referenceRows
        self.safeAnswers = safeAnswers
        self.heldOutUnsafeRows = heldOutUnsafeRows
        self.heldOutBenignRows = heldOutBenignRows
        self.margin = margin
        self.measurements = measurements
    }
}
