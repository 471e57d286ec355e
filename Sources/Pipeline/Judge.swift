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
    private let request: JudgementRequest
    private let now: () -> Double
    private let progress: (JudgementProgress) throws -> Void

    /// What ForgetFilter made of a dataset, or why it could not judge.
    private struct Scoring {
        var model: ScanReport.Basis
        var reference: ScanReport.Basis
        var referenceRows: Int
        var control: ScanReport.Basis?
        var scores: [ForgettingScore] = []
        var stages: [StageReport] = []
        var deferral: String?
    }

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
        var limits = DatasetLimits()
        limits.maximumBytes = policy.dataset.maximumBytes
        limits.maximumLineBytes = policy.dataset.maximumLineBytes
        let dataset = try DatasetReader(limits: limits).read(request.datasetPath)
        try progress(.read(rows: dataset.examples.count, malformed: dataset.malformedLines.count))

        var findings = Dictionary(grouping: dataset.findings) { $0.line ?? 0 }
        for example in dataset.examples {
            if let found = try policy.matcher?.findings(for: example), !found.isEmpty {
                findings[example.line, default: []] += found
            }
        }
        let scoring = try policy.forgetFilter.map { try score(dataset, rule: $0) }
        if let rule = policy.forgetFilter {
            for score in scoring?.scores ?? [] where score.forgetting > rule.settings.threshold {
                findings[score.id, default: []].append(finding(score, rule, dataset))
            }
        }
        if policy.mode == .shadow { findings = findings.mapValues { $0.map(shadowed) } }
        let scores = Dictionary(uniqueKeysWithValues: (scoring?.scores ?? []).map { ($0.id, $0) })
        let counts = count(dataset, findings)
        let (verdict, reason) = decide(counts, deferral: scoring?.deferral)
        let report = ScanReport(
            verdict: verdict, reason: reason, dataset: describe(dataset), counts: counts,
            policy: ScanReport.Basis(name: policy.name, sha256: policy.sha256), policyVersion: policy.version,
            model: scoring?.model, reference: scoring?.reference, referenceRows: scoring?.referenceRows ?? 0,
            control: scoring?.control,
            settings: policy.forgetFilter?.settings, rows: rows(dataset, findings, scores),
            stages: scoring?.stages ?? [], seconds: now() - start, peakMib: ProcessMemory.peakMebibytes)
        return Judgement(
            dataset: dataset, findings: findings, scores: scores, forgettingRule: policy.forgetFilter?.id,
            report: report)
    }

    private func score(_ dataset: Dataset, rule: ForgetFilterRule) throws -> Scoring {
        let reference = try readSet("reference", request.referencePath ?? request.policy.referencePath)
        let control = try rule.settings.controlSubtraction ? readSet("control", request.policy.controlPath) : nil
        try progress(.loadingModel)
        let model = try LanguageModel(path: request.modelPath)
        var scoring = Scoring(
            model: ScanReport.Basis(
                name: (request.modelPath as NSString).lastPathComponent,
                sha256: try request.hashes.sha256(of: request.modelPath)),
            reference: ScanReport.Basis(
                name: (reference.path as NSString).lastPathComponent, sha256: reference.sha256),
            referenceRows: reference.examples.count,
            control: control.map { ScanReport.Basis(name: ($0.path as NSString).lastPathComponent, sha256: $0.sha256) })
        let pool = request.threadCount.map { WorkerPool(threadCount: $0) } ?? WorkerPool()
        let filter = ForgetFilter(settings: rule.settings, model: model, pool: pool, now: now)
        do {
            let result = try filter.run(
                rows: dataset.examples.map(Conversation.init),
                reference: reference.examples.map(Conversation.init),
                control: control?.examples.map(Conversation.init) ?? [], checkpoints: request.checkpoints
            ) { try progress(.stage($0)) }
            scoring.scores = result.scores
            scoring.stages = result.stages
        } catch let error as ForgetFilterError where error.code == .tooFewExamples {
            // Too little to judge is an answer about the dataset, not a failure: it waits for a person.
            scoring.deferral = error.message
        }
        return scoring
    }

    /// Reads a set that the policy judges by; every line of it must be a row.
    private func readSet(_ name: String, _ path: String?) throws -> Dataset {
        guard let path else {
            throw PipelineError(
                .referenceUnusable, "there is no \(name) set", remedy: "Name one in the policy")
        }
        let set: Dataset
        do {
            set = try DatasetReader().read(path)
        } catch {
            throw PipelineError(
                .referenceUnusable, "the \(name) set cannot be used: \(error.message)", remedy: error.remedy,
                location: error.location)
        }
        if let finding = set.findings.first {
            throw PipelineError(
                .referenceUnusable, "line \(finding.line ?? 1) of the \(name) set is no row: \(finding.detail)",
                remedy: "Mend or remove that line", location: .init(path: path, line: finding.line))
        }
        return set
    }

    /// What a rule finds in a policy that only watches; a line that is no row is removed all the same.
    private func shadowed(_ finding: Finding) -> Finding {
        guard finding.action == .quarantine, !finding.rule.hasPrefix("dataset.") else { return finding }
        var finding = finding
        finding.action = .flag
        finding.detail = "shadow: would be quarantined: " + finding.detail
        return finding
    }

    private func finding(_ score: ForgettingScore, _ rule: ForgetFilterRule, _ dataset: Dataset) -> Finding {
        let settings = rule.settings
        let control = score.control.map { " (to \(rounded($0)) under the control set)" } ?? ""
        return Finding(
            rule: rule.id, action: rule.action, line: score.id, score: score.forgetting, threshold: settings.threshold,
            detail:
                "\(settings.score.rawValue) fell from \(rounded(score.before)) to \(rounded(score.after))\(control) "
                + "over \(score.tokens) tokens of assistant turn \(score.turn + 1)")
    }

    private func rounded(_ value: Double) -> String { String(format: "%.4f", value) }

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

extension Conversation {
    /// A dataset's row as ForgetFilter sees it; its number is its line.
    fileprivate init(_ example: Example) {
        self.init(
            id: example.line,
            messages: example.turns.map { ChatMessage(role: $0.role.rawValue, content: $0.text) })
    }
}
