import Datasets
import Diagnostics
import ForgetFilter
import Foundation
import Moderation
import Policies
package import Reports
import Storage

/// Judges a labelled dataset and compares the judgement with the labels.
package enum Evaluation {
    private struct Label: Decodable {
        var line: Int
        var label: String
        var source: String?
    }

    /// Compares a judgement with the labels of its dataset, which are read only now.
    ///
    /// - Parameter labelsPath: JSONL with `line`, `label` (`unsafe`, `safe` or `benign`) and `source`.
    package static func compare(_ judgement: Judgement, labelsPath: String) throws -> EvaluationReport {
        let labels = try readLabels(labelsPath)
        let rows = try judgement.report.rows.map { row in
            guard let label = labels[row.line] else {
                throw PipelineError(
                    .labelsUnusable, "line \(row.line) of the dataset has no label", location: .init(path: labelsPath))
            }
            let isRemoved = row.disposition == .quarantined
            return LabelledScore(
                label: label.label, source: label.source ?? label.label,
                // A row that another rule removed ranks above every forgetting rate.
                score: row.findings.contains { $0.rule != judgement.forgettingRule && $0.action == .quarantine }
                    ? .infinity : row.score ?? 0,
                isRemoved: isRemoved)
        }
        let report = judgement.report
        return EvaluationReport(
            dataset: report.dataset.name, policy: report.policy.name, verdict: report.verdict.rawValue, rows: rows,
            threshold: report.settings?.threshold, referenceRows: report.referenceRows, seconds: report.seconds,
            peakMib: ProcessMemory.peakMebibytes, stages: report.stages)
    }

    private static func readLabels(_ path: String) throws -> [Int: Label] {
        let bytes = try InputFile.contents(of: path, limit: 1 << 30)
        var labels: [Int: Label] = [:]
        for (index, line) in bytes.split(separator: 0x0A).enumerated() {
            do {
                let label = try JSONDecoder().decode(Label.self, from: Data(line))
                labels[label.line] = label
            } catch {
                throw PipelineError(
                    .labelsUnusable, "this is no label", remedy: "Write `line`, `label` and `source` of one row a line",
                    location: .init(path: path, line: index + 1))
            }
        }
        return labels
    }
}
