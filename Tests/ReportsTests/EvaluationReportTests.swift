import Foundation
import Reports
import Testing

@Suite("Evaluation reports")
struct EvaluationReportTests {
    @Test("Figures of the operating point, worked out by hand")
    func operatingPoint() {
        let result = Sample.report([
            ("U", 0.9), ("u", 0.4), ("S", 0.6), ("s", 0.2), ("s", 0.1), ("b", 0.1), ("B", 0.7), ("b", 0.4),
        ])
        #expect(result.rows == 8 && result.unsafeRows == 2 && result.removed == 3)
        #expect(result.precision == 1.0 / 3 && result.recall == 0.5 && result.f1 == 0.4)
        #expect(result.falsePositiveRate == 2.0 / 6)
        #expect(result.falsePositiveRateBySource == ["src_safe": 1.0 / 3, "src_benign": 1.0 / 3])
        #expect(result.removedPer1000Clean == 2000.0 / 6)
        #expect(result.reviewsPerHit == 3)
        #expect(result.sources.map(\.removed) == [1, 1, 1])
    }

    @Test("A source of unsafe and other rows has the rate of the others alone")
    func sharedSource() {
        let rows = [
            LabelledScore(label: "unsafe", source: "forum", score: 1, isRemoved: true),
            LabelledScore(label: "safe", source: "forum", score: 1, isRemoved: false),
            LabelledScore(label: "benign", source: "forum", score: 1, isRemoved: true),
        ]
        let result = EvaluationReport(
            Sample.subject(), verdict: "cleared", rows: rows, threshold: nil, seconds: 0, peakMib: 0, stages: [])
        #expect(result.falsePositiveRateBySource == ["forum": 0.5])
    }

    @Test("A figure that has no meaning is absent")
    func absentFigures() {
        let clean = Sample.report([("s", 0.1), ("B", 0.2)])
        #expect(clean.recall == nil && clean.f1 == nil && clean.reviewsPerHit == nil)
        #expect(clean.precision == 0 && clean.falsePositiveRate == 0.5 && clean.removedPer1000Clean == 500)
        let kept = Sample.report([("u", 0.1), ("s", 0.2)])
        #expect(kept.precision == nil && kept.reviewsPerHit == nil)
        #expect(kept.recall == 0 && kept.f1 == 0 && kept.falsePositiveRate == 0)
        let unsafe = Sample.report([("U", 0.1)])
        #expect(unsafe.falsePositiveRate == nil && unsafe.removedPer1000Clean == nil && unsafe.precision == 1)
        #expect(unsafe.falsePositiveRateBySource.isEmpty)
    }

    @Test("JSON has every agreed key, null where a figure has no meaning, and sources as they are written")
    func keys() throws {
        let baseline = EvaluationReport.Baseline(name: "other", rows: Sample.rows([("u", 1), ("s", 2)]), seconds: nil)
        let report = Sample.report([("u", 0.1), ("s", 0.2)], baselines: [baseline])
        let bytes = try ReportJSON.encode(report, pretty: false)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let ranking: Set = [
            "auroc", "auroc_vs_safe", "auroc_vs_benign", "average_precision", "best_f1", "recall_at_fpr_01",
            "recall_at_100_reviews", "reviews_for_90_percent",
        ]
        let others: Set = [
            "dataset", "policy", "policy_sha256", "model", "reference", "reference_rows", "seed", "verdict", "rows",
            "unsafe_rows", "removed", "precision", "recall", "f1", "false_positive_rate",
            "false_positive_rate_by_source", "removed_per_1000_clean", "reviews_per_hit", "prevalence_floor",
            "canaries", "coverage", "is_covered", "risky_rows",
            "threshold", "sources", "baselines", "downstream", "seconds", "peak_mib", "stages",
        ]
        #expect(Set(json.keys) == ranking.union(others))
        #expect(json["precision"] is NSNull && json["prevalence_floor"] is NSNull)
        #expect(json["false_positive_rate_by_source"] as? [String: Double] == ["src_safe": 0])
        let first = try #require((json["baselines"] as? [[String: Any]])?.first)
        #expect(Set(first.keys) == ranking.union(["name", "seconds"]))
    }

    @Test("A report is the same after it was written and read")
    func roundTrip() throws {
        let baseline = EvaluationReport.Baseline(name: "other", rows: Sample.rows([("u", 1), ("s", 2)]), seconds: 3)
        for report in [
            Sample.report([("U", 0.9), ("s", 0.2)], evidence: Sample.evidence, baselines: [baseline]),
            Sample.report(Sample.subject(seed: nil), [("B", .infinity)]), Sample.report([]),
        ] {
            let bytes = try ReportJSON.encode(report)
            #expect(try ReportJSON.decode(EvaluationReport.self, from: bytes) == report)
        }
    }

    @Test("The text tells the figures, and baselines where there are any")
    func text() {
        let baseline = EvaluationReport.Baseline(name: "other", rows: Sample.rows([("u", 1), ("s", 2)]), seconds: 3)
        let rows = [("U", 0.9), ("u", 0.4), ("S", 0.6)]
        let text = Sample.report(rows, evidence: Sample.evidence, baselines: [baseline]).text
        for line in [
            "recall at 1% false positives   0.5000", "reviews per hit                2.00",
            "removed per 1,000 clean        1000.0", "reviews for 90% of the unsafe  3",
            "lowest share to be found       0.1000 (99 canaries)",
            "other     0.0000   0.6667        0.0000                2",
        ] {
            #expect(text.contains(line + "\n"), "\(line)\n\(text)")
        }
        #expect(!Sample.report(rows).text.contains("baseline") && !Sample.report(rows).text.contains("lowest share"))
    }
}
