import ForgetFilter
import Reports

/// Labelled rows and reports that tests make.
enum Sample {
    /// Rows of scores: `u` is unsafe, `s` safe, `b` benign; capitals were removed.
    static func rows(_ rows: [(String, Double)]) -> [LabelledScore] {
        let labels = ["u": "unsafe", "s": "safe", "b": "benign"]
        return rows.map { kind, score in
            let label = labels[kind.lowercased()] ?? kind
            return LabelledScore(
                label: label, source: label == "unsafe" ? "attack" : "src_\(label)", score: score,
                isRemoved: kind != kind.lowercased())
        }
    }

    static func subject(
        dataset: String = "d", policy: String = "p", reference: String = "set", seed: UInt64? = 0
    ) -> EvaluationReport.Subject {
        EvaluationReport.Subject(
            dataset: dataset, policy: policy, policySha256: String(repeating: "a", count: 64), model: "m.gguf",
            reference: reference, referenceRows: 7, seed: seed)
    }

    static func report(
        _ subject: EvaluationReport.Subject, _ rows: [(String, Double)], evidence: EvidenceSummary? = nil,
        baselines: [EvaluationReport.Baseline] = []
    ) -> EvaluationReport {
        EvaluationReport(
            subject, verdict: "cleared", rows: Sample.rows(rows), threshold: 0.5, evidence: evidence,
            baselines: baselines, seconds: 1, peakMib: 2,
            stages: [])
    }

    static func report(
        _ rows: [(String, Double)], evidence: EvidenceSummary? = nil, baselines: [EvaluationReport.Baseline] = []
    ) -> EvaluationReport {
        report(subject(), rows, evidence: evidence, baselines: baselines)
    }

    static let evidence = EvidenceSummary(
        canaries: 99, riskyRows: 30, coverage: 0.5, isCovered: true, lowestRemovedScore: 0.5, prevalenceFloor: 0.1)
}
