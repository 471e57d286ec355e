package import ForgetFilter

extension EvaluationReport {
    /// Computes every figure of agreement.
    ///
    /// - Parameter evidence: how the policy's evidence came about, where its heads judged.
    package init(
        _ subject: Subject, verdict: String, rows: [LabelledScore], threshold: Double?,
        evidence: EvidenceSummary? = nil, baselines: [Baseline] = [], seconds: Double, peakMib: Int,
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
        self.evidence = evidence
        self.threshold = threshold
        sources = Dictionary(grouping: rows) { [$0.label, $0.source] }
            .map { Source(source: $0[1], label: $0[0], rows: $1.count, removed: $1.count { $0.isRemoved }) }
            .sorted { ($0.label, $0.source) < ($1.label, $1.source) }
        self.baselines = baselines
        self.seconds = seconds
        self.peakMib = peakMib
        self.stages = stages
    }
}
