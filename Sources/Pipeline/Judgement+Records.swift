package import AuditLog
package import Datasets
import ForgetFilter
import Moderation
package import Reports

extension Judgement {
    /// Everything that the audit log is told of the judgement.
    ///
    /// - Parameters:
    ///   - id: the id that the daemon gave the dataset.
    ///   - clearedSHA256: the hash of the cleared output, where there is one.
    ///   - reusedFrom: the earlier dataset whose scores were used again.
    package func auditRecords(
        id: String? = nil, customer: String?, reportSHA256: String, clearedSHA256: String? = nil,
        reusedFrom: String? = nil
    ) throws -> DatasetJudgement {
        let counts = report.counts
        var judged = DatasetJudged(
            name: report.dataset.name, sha256: report.dataset.sha256, byteCount: report.dataset.bytes,
            customer: customer, verdict: report.verdict, reason: report.reason,
            counts: DatasetJudged.Counts(
                rows: counts.rows, accepted: counts.accepted, quarantined: counts.quarantined, flagged: counts.flagged,
                malformed: counts.malformed),
            model: report.model.map { DatasetJudged.Basis(name: $0.name, sha256: $0.sha256) },
            policy: DatasetJudged.Basis(name: report.policy.name, sha256: report.policy.sha256),
            seed: report.seed ?? 0, reportSHA256: reportSHA256,
            settings: try report.settings.map { try CanonicalJSON(encoding: $0) } ?? .object([:]))
        judged.id = id
        judged.clearedSHA256 = clearedSHA256
        judged.reusedFrom = reusedFrom
        // Both are in the order of their lines; a dictionary of a million rows would take more memory than they do.
        var rows = report.rows[...]
        let lines = (dataset.exampleLines + dataset.malformedLines).sorted { $0.line < $1.line }
        let examples = lines.map { range in
            rows = rows.drop { $0.line < range.line }
            let row = rows.first.flatMap { $0.line == range.line ? $0 : nil }
            return ExampleDecided(
                line: range.line, byteRange: range.bytes, disposition: row?.disposition ?? .quarantined,
                findings: findings[range.line] ?? [], score: row?.score, threshold: report.settings?.threshold)
        }
        return DatasetJudgement(dataset: judged, examples: examples)
    }

    /// A judgement whose report is known already, of the same bytes under the same basis.
    package init(reusing report: ScanReport, dataset: Dataset) {
        var findings: [Int: [Finding]] = [:]
        for row in report.rows where !row.findings.isEmpty {
            findings[row.line] = row.findings.map { $0.finding(line: row.line) }
        }
        self.init(dataset: dataset, findings: findings, scores: [:], forgettingRule: nil, report: report)
    }
}
