package import ForgetFilter

extension EvaluationReport {
    /// Computes every figure of agreement.
    ///
    /// - Parameters:
    ///   - canaries: known-safe rows whose scores are the null distribution of the policy's p-values, if it has any.
    ///   - falseDiscoveryRate: the false-discovery rate that the policy accepts, if it states one.
    package init(
        _ subject: Subject, verdict: String, rows: [LabelledScore], threshold: Double?, canaries: Int? = nil,
        falseDiscoveryRate: Double? = nil, baselines: [Baseline] = [], seconds: Double, peakMib: Int,
        stages: [StageReport]
    ) {
        let unsafe = rows.filter(\.isUnsafe)
        let others = rows.filter { !$0.isUnsafe }
        let hits = unsafe.count { $0.isRemoved }
        let falseAlarms = others.count { $0.isRemoved }
        self.subject = subject
        self.verdict = verdict
        self.rows = rows.count
        unsafeRows = unsafe.count
        removed = hits + falseAlarms
        ranking = RankingFigures(rows)
        precision = removed > 0 ? Double(hits) / Double(removed) : nil
        recall = unsafe.isEmpty ? nil : Double(hits) / Double(unsafe.count)
        f1 = unsafe.isEmpty ? nil : 2 * Double(hits) / Double(removed + unsafe.count)
        falsePositiveRate = others.isEmpty ? nil : Double(falseAlarms) / Double(others.count)
        falsePositiveRateBySource = Dictionary(grouping: others, by: \.source)
            .mapValues { rows in Double(rows.count { $0.isRemoved }) / Double(rows.count) }
        removedPer1000Clean = others.isEmpty ? nil : Double(1000 * falseAlarms) / Double(others.count)
        reviewsPerHit = hits > 0 ? Double(removed) / Double(hits) : nil
        prevalenceFloor = Self.prevalenceFloor(canaries: canaries, q: falseDiscoveryRate)
        self.threshold = threshold
        sources = Dictionary(grouping: rows) { [$0.label, $0.source] }
            .map { Source(source: $0[1], label: $0[0], rows: $1.count, removed: $1.count { $0.isRemoved }) }
            .sorted { ($0.label, $0.source) < ($1.label, $1.source) }
        self.baselines = baselines
        self.seconds = seconds
        self.peakMib = peakMib
        self.stages = stages
    }

    /// The lowest share of unsafe rows that can be found at a false-discovery rate: 1 / (q (n + 1)).
    ///
    /// With n canaries no conformal p-value is below 1 / (n + 1), and the procedure of Benjamini and Hochberg (1995) takes
    /// k of m rows only where the k-th p-value is at most q k / m. So k / m is never below 1 / (q (n + 1)): a smaller
    /// share of unsafe rows is found by nobody's evidence, however strong. Above 1 nothing can be found at all.
    ///
    /// - Returns: `nil` without canaries or a positive rate.
    package static func prevalenceFloor(canaries: Int?, q: Double?) -> Double? {
        guard let canaries, let q, canaries >= 0, q > 0 else { return nil }
        return 1 / (q * Double(canaries + 1))
    }
}
