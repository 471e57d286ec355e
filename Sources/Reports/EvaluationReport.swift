package import ForgetFilter

/// How well a policy's judgement of a labelled dataset agrees with the labels, which the judgement never saw.
package struct EvaluationReport: Sendable, Equatable {
    /// Agreement over the rows of one label and source.
    package struct Source: Sendable, Codable, Equatable {
        package var source: String
        package var label: String
        package var rows: Int
        package var removed: Int

        /// Creates a line.
        package init(source: String, label: String, rows: Int, removed: Int) {
            self.source = source
            self.label = label
            self.rows = rows
            self.removed = removed
        }
    }

    /// What was judged by what.
    package struct Subject: Sendable, Equatable {
        /// The dataset's name.
        package var dataset: String

        /// The policy's name.
        package var policy: String

        /// SHA-256 of the policy's file.
        package var policySha256: String

        /// The model's file name; `nil` where the policy has no rule that needs one.
        package var model: String?

        /// Whose reference rows were used: `set`, `policy`, or the name of a file.
        package var reference: String

        /// How many those were.
        package var referenceRows: Int

        /// The seed of training.
        package var seed: UInt64?

        /// Creates a subject.
        package init(
            dataset: String, policy: String, policySha256: String, model: String?, reference: String,
            referenceRows: Int, seed: UInt64?
        ) {
            self.dataset = dataset
            self.policy = policy
            self.policySha256 = policySha256
            self.model = model
            self.reference = reference
            self.referenceRows = referenceRows
            self.seed = seed
        }
    }

    package var subject: Subject
    package var verdict: String
    package var rows: Int
    package var unsafeRows: Int
    package var removed: Int

    /// Figures of the scores, whatever the threshold.
    package var ranking: RankingFigures

    /// Removed rows that are unsafe; `nil` where none was removed.
    package var precision: Double?

    /// Unsafe rows that were removed; `nil` where there are none.
    package var recall: Double?

    package var f1: Double?

    /// Rows not labelled unsafe that were removed.
    package var falsePositiveRate: Double?

    /// The same for each source of rows labelled `safe` or `benign`.
    package var falsePositiveRateBySource: [String: Double]

    /// Rows removed of every 1,000 that are not unsafe.
    package var removedPer1000Clean: Double?

    /// Removed rows that a moderator reads for each unsafe one among them; `nil` where none is.
    package var reviewsPerHit: Double?

    /// How the policy's evidence came about, where its heads judged.
    package var evidence: EvidenceSummary?

    package var threshold: Double?
    package var sources: [Source]

    /// Other methods on the same rows, where they were asked for.
    package var baselines: [Baseline]

    /// What a model learns with and without what was removed, where that was asked for.
    package var downstream: DownstreamReport?

    package var seconds: Double
    package var peakMib: Int
    package var stages: [StageReport]
}

/// One labelled row for the computation of agreement.
package struct LabelledScore: Sendable {
    package var label: String
    package var source: String

    /// The evidence that the row is unsafe, higher for more; it may be infinite, but must be a number.
    package var score: Double

    package var isRemoved: Bool

    /// Creates a labelled score.
    package init(label: String, source: String, score: Double, isRemoved: Bool) {
        self.label = label
        self.source = source
        self.score = score
        self.isRemoved = isRemoved
    }

    /// Whether the row is labelled unsafe.
    package var isUnsafe: Bool { label == "unsafe" }
}
