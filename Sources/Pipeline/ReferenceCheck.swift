import Datasets
import Diagnostics
import ForgetFilter
import Foundation
import Policies
package import Reports

/// Tells how well a reference set covers a dataset, without a verdict on it.
package struct ReferenceCheck {
    private let judge: Judge

    /// Prepares a check.
    ///
    /// - Parameters:
    ///   - request: the dataset, and the policy whose heads read it; its `referencePath` is checked in place of the
    ///     policy's own set.
    ///   - now: seconds from any origin.
    ///   - progress: told how far it is; what it throws ends the check.
    package init(
        _ request: JudgementRequest, now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime },
        progress: @escaping (JudgementProgress) throws -> Void = { _ in }
    ) {
        judge = Judge(request, now: now, progress: progress)
    }

    /// Reads the dataset and weighs its rows.
    ///
    /// This blocks for up to minutes and belongs on a thread of its own.
    ///
    /// - Throws: `PipelineError` where the policy has no heads or the dataset too few rows, and what `Judge.run` throws.
    package func run() throws -> CoverageReport {
        let policy = judge.request.policy
        guard let rule = policy.forgetFilter, rule.settings.method == .heads else {
            throw PipelineError(
                .coverageUnknown, "the policy has no forget_filter rule of `method: heads`, which alone knows coverage",
                remedy: "Name another policy by --policy", location: .init(path: policy.path))
        }
        let dataset = try judge.readDataset()
        // Coverage is a matter of the heads; nothing is finetuned for it.
        var headsOnly = rule
        headsOnly.settings.forgettingWeight = 0
        let scoring = try judge.score(dataset, rule: headsOnly)
        guard let found = scoring.evidence else {
            throw PipelineError(
                .coverageUnknown, scoring.deferral ?? "the dataset cannot be judged",
                location: .init(path: dataset.path))
        }
        let input = judge.describe(dataset)
        return CoverageReport(
            dataset: ScanReport.Basis(name: input.name, sha256: input.sha256),
            policy: ScanReport.Basis(name: policy.name, sha256: policy.sha256), model: scoring.basis.model,
            reference: scoring.basis.reference, referenceRows: scoring.basis.referenceRows, found: found)
    }
}
