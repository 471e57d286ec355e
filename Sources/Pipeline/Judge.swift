import Datasets
import Diagnostics
import ForgetFilter
import Foundation
import LanguageModels
import Moderation
import Policies
import Reports
import Storage
import TensorKernels

/// Judges one dataset under one policy, from its file to its verdict, without writing anything.
package struct Judge {
    let request: JudgementRequest
    let now: () -> Double
    let progress: (JudgementProgress) throws -> Void

    /// Prepares a judgement.
    ///
    /// - Parameters:
    ///   - now: seconds from any origin.
    ///   - progress: told how far it is; what it throws ends the judgement.
    package init(
        _ request: JudgementRequest, now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime },
        progress: @escaping (JudgementProgress) throws -> Void = { _ in }
    ) {
        self.request = request
        self.now = now
        self.progress = progress
    }

    /// Judges the dataset.
    ///
    /// This blocks for minutes and belongs on a thread of its own.
    ///
    /// - Throws: `DatasetError`, `PipelineError`, or what the model or ForgetFilter threw; none of them is a verdict.
    package func run() throws -> Judgement {
        let start = now()
        let policy = request.policy
        let (dataset, found) = try readAndJudge()
        var findings = found
        let covert = CovertFindings(policy, dataset)
        try add(covert, to: &findings)
        let scoring = try policy.forgetFilter.map { try score(dataset, rule: $0, revealed: covert.revealed) }
        for finding in scoring?.findings ?? [] {
            if let line = finding.line { findings[line, default: []].append(finding) }
        }
        if policy.mode == .shadow { findings = findings.mapValues { $0.map(shadowed) } }
        let scores = scoring?.scores ?? [:]
        let counts = count(dataset, findings)
        let (verdict, reason) = decide(counts, deferral: scoring?.deferral ?? ruleDeferral(dataset, findings))
        let basis = scoring?.basis ?? Scoring.Basis()
        var report = ScanReport(
            verdict: verdict, reason: reason ?? remarks(findings[0] ?? [], scoring), dataset: describe(dataset),
            counts: counts,
            policy: ScanReport.Basis(name: policy.name, sha256: policy.sha256), policyVersion: policy.version,
            model: basis.model, reference: basis.reference, referenceRows: basis.referenceRows, control: basis.control,
            settings: policy.forgetFilter?.settings, rows: rows(dataset, findings, scores), stages: basis.stages,
            seconds: now() - start, peakMib: ProcessMemory.peakMebibytes)
        report.background = basis.background
        report.seeds = basis.seeds
        report.evidence = basis.evidence
        report.findings = findings[0].map { $0.map(ScanReport.RowFinding.init) }
        return Judgement(
            dataset: dataset, findings: findings, scores: scores, forgettingRule: policy.forgetFilter?.id,
            report: report)
    }

    /// Reads the dataset as the policy says, the texts of all rows included.
    func readDataset() throws -> Dataset {
        let dataset = try DatasetReader(request.policy.dataset).read(request.datasetPath)
        try progress(.read(rows: dataset.examples.count, malformed: dataset.malformedLines.count))
        return dataset
    }

    /// What goes with a verdict: findings about the dataset as a whole, and the model's remark.
    private func remarks(_ findings: [Finding], _ scoring: Scoring?) -> String? {
        let remarks = findings.map { "\($0.rule): \($0.detail)" } + (scoring?.remark.map { [$0] } ?? [])
        return remarks.isEmpty ? nil : remarks.joined(separator: "; ")
    }

    /// What a rule finds in a policy that only watches; a line that is no row is removed all the same.
    private func shadowed(_ finding: Finding) -> Finding {
        guard finding.action == .quarantine, !finding.rule.hasPrefix("dataset.") else { return finding }
        var finding = finding
        finding.action = .flag
        finding.detail = "shadow: would be quarantined: " + finding.detail
        return finding
    }

    /// The verdict that the counts and the policy's limits give, with the reason where there is one to tell.
    private func decide(_ counts: ScanReport.Counts, deferral: String?) -> (Verdict, String?) {
        if let deferral { return (.deferred, deferral) }
        if counts.accepted == 0 { return (.rejected, "no row may be learnt") }
        let fraction = Double(counts.quarantined) / Double(max(1, counts.rows))
        if let limit = request.policy.dataset.rejectAboveQuarantinedFraction, fraction > limit {
            return (
                .rejected,
                "\(counts.quarantined) of \(counts.rows) rows are quarantined, more than the share of \(limit) allows"
            )
        }
        return (counts.quarantined == 0 ? .cleared : .clearedWithRemovals, nil)
    }
}
