import Datasets
import Diagnostics
import ForgetFilter
import Foundation
import Moderation
import Policies
package import Reports

/// Compares judgements of a labelled dataset, and other methods' scores of its rows, with the labels.
package enum Evaluation {
    /// Compares a judgement with the labels of its dataset, which are read only now.
    ///
    /// - Parameters:
    ///   - labelsPath: JSONL with `line`, `label` (`unsafe`, `safe` or `benign`) and `source`.
    ///   - reference: whose reference rows were used, as the report tells it.
    ///   - others: scores of other methods for the dataset's rows.
    /// - Throws: `PipelineError` where a label or a score is missing or is none.
    package static func compare(
        _ judgement: Judgement, labelsPath: String, reference: String = "set", others: [MethodScores] = []
    ) throws -> EvaluationReport {
        let labels = try readLabels(labelsPath)
        let report = judgement.report
        // A line that is no row is removed before any method sees it, and ranks above all that they score.
        let malformed = Set(judgement.dataset.malformedLines.map(\.line))
        let rows = try report.rows.map { row in
            // A row that another rule removed ranks above every score.
            let isFoundOtherwise = row.findings.contains {
                $0.rule != judgement.forgettingRule && $0.action == .quarantine
            }
            return try labelled(row, score: isFoundOtherwise ? .infinity : row.score ?? 0)
        }
        func labelled(_ row: ScanReport.Row, score: Double) throws(PipelineError) -> LabelledScore {
            guard let label = labels[row.line] else {
                throw PipelineError(
                    .labelsUnusable, "line \(row.line) of the dataset has no label", location: .init(path: labelsPath))
            }
            return LabelledScore(
                label: label.label, source: label.source ?? label.label, score: score,
                isRemoved: row.disposition == .quarantined)
        }
        let baselines = try others.map { method in
            let rows = try report.rows.map { row in
                guard let score = malformed.contains(row.line) ? .infinity : method.scores[row.line] else {
                    throw PipelineError(
                        .scoresUnusable, "\(method.name) has no score for line \(row.line) of the dataset",
                        remedy: "Give every row one")
                }
                return try labelled(row, score: score)
            }
            return EvaluationReport.Baseline(name: method.name, rows: rows, seconds: method.seconds)
        }
        let subject = EvaluationReport.Subject(
            dataset: report.dataset.name, policy: report.policy.name, policySha256: report.policy.sha256,
            model: report.model?.name, reference: reference, referenceRows: report.referenceRows, seed: report.seed)
        return EvaluationReport(
            subject, verdict: report.verdict.rawValue, rows: rows,
            threshold: report.settings?.method == .heads
                ? report.evidence?.lowestRemovedScore : report.settings?.threshold,
            evidence: report.evidence, baselines: baselines, seconds: report.seconds, peakMib: report.peakMib,
            stages: report.stages)
    }

    /// What a person called a row.
    struct Label: Decodable {
        var line: Int
        var label: String
        var source: String?
    }

    /// Labels by line.
    static func readLabels(_ path: String) throws -> [Int: Label] {
        let labels = try JSONLines.read(
            Label.self, from: path, .labelsUnusable, "this is no label",
            remedy: "Write `line`, `label` and `source` of one row a line")
        return Dictionary(labels.map { ($0.line, $0) }, uniquingKeysWith: { $1 })
    }
}
