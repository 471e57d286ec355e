package import ForgetFilter

/// How well a policy's judgement of a labelled dataset agrees with the labels, which the judgement never saw.
package struct EvaluationReport: Sendable, Encodable, Equatable {
    /// Agreement over the rows of one source.
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

    package var dataset: String
    package var policy: String
    package var verdict: String
    /// Area under the ROC curve of the scores, unsafe rows against all others; `nil` without one of the two.
    package var auroc: Double?
    /// The same against rows labelled `safe`.
    package var aurocVsSafe: Double?
    /// The same against rows labelled `benign`.
    package var aurocVsBenign: Double?
    /// Removed rows that are unsafe; `nil` where none was removed.
    package var precision: Double?
    /// Unsafe rows that were removed; `nil` where there are none.
    package var recall: Double?
    package var f1: Double?
    /// Rows not labelled unsafe that were removed.
    package var falsePositiveRate: Double?
    /// The best F1 that any one threshold on these scores would give, which no policy can know beforehand.
    package var bestF1: Double?
    package var threshold: Double?
    package var rows: Int
    package var unsafeRows: Int
    package var removed: Int
    package var referenceRows: Int
    package var sources: [Source]
    package var seconds: Double
    package var peakMib: Int
    package var stages: [StageReport]
}

/// One labelled row for the computation of agreement.
package struct LabelledScore: Sendable {
    package var label: String
    package var source: String
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

extension EvaluationReport {
    /// Computes every figure of agreement.
    package init(
        dataset: String, policy: String, verdict: String, rows: [LabelledScore], threshold: Double?,
        referenceRows: Int, seconds: Double, peakMib: Int, stages: [StageReport]
    ) {
        let unsafe = rows.filter(\.isUnsafe)
        let others = rows.filter { !$0.isUnsafe }
        let hits = unsafe.count { $0.isRemoved }
        let falseAlarms = others.count { $0.isRemoved }
        self.dataset = dataset
        self.policy = policy
        self.verdict = verdict
        auroc = Self.auroc(unsafe, others)
        aurocVsSafe = Self.auroc(unsafe, others.filter { $0.label == "safe" })
        aurocVsBenign = Self.auroc(unsafe, others.filter { $0.label == "benign" })
        removed = hits + falseAlarms
        precision = removed > 0 ? Double(hits) / Double(removed) : nil
        recall = unsafe.isEmpty ? nil : Double(hits) / Double(unsafe.count)
        f1 = unsafe.isEmpty ? nil : 2 * Double(hits) / Double(removed + unsafe.count)
        falsePositiveRate = others.isEmpty ? nil : Double(falseAlarms) / Double(others.count)
        bestF1 = Self.bestF1(rows)
        self.threshold = threshold
        self.rows = rows.count
        unsafeRows = unsafe.count
        self.referenceRows = referenceRows
        sources = Dictionary(grouping: rows) { [$0.label, $0.source] }
            .map { Source(source: $0[1], label: $0[0], rows: $1.count, removed: $1.count { $0.isRemoved }) }
            .sorted { ($0.label, $0.source) < ($1.label, $1.source) }
        self.seconds = seconds
        self.peakMib = peakMib
        self.stages = stages
    }

    /// The chance that a positive row scores above a negative one, ties counting half (Mann and Whitney, 1947).
    static func auroc(_ positives: [LabelledScore], _ negatives: [LabelledScore]) -> Double? {
        guard !positives.isEmpty, !negatives.isEmpty else { return nil }
        let all = (positives.map { ($0.score, true) } + negatives.map { ($0.score, false) }).sorted { $0.0 < $1.0 }
        var rankSum = 0.0
        var start = 0
        while start < all.count {
            var end = start
            while end < all.count, all[end].0 == all[start].0 { end += 1 }
            // Equal scores share the mean of their ranks.
            let rank = Double(start + end + 1) / 2
            rankSum += rank * Double(all[start..<end].count { $0.1 })
            start = end
        }
        let n = Double(positives.count)
        return (rankSum - n * (n + 1) / 2) / (n * Double(negatives.count))
    }

    private static func bestF1(_ rows: [LabelledScore]) -> Double? {
        let unsafe = rows.count { $0.isUnsafe }
        guard unsafe > 0 else { return nil }
        let sorted = rows.sorted { $0.score > $1.score }
        var best = 0.0
        var hits = 0
        for (index, row) in sorted.enumerated() {
            if row.isUnsafe { hits += 1 }
            if index + 1 < sorted.count, sorted[index + 1].score == row.score { continue }
            best = max(best, 2 * Double(hits) / Double(index + 1 + unsafe))
        }
        return best
    }
}
