import Datasets
import Moderation
import Policies

extension Judge {
    /// What the dataset's own faults and every rule but the model's say of each line; line 0 is the dataset as a whole.
    func ruleFindings(_ dataset: Dataset, _ covert: CovertFindings) throws -> [Int: [Finding]] {
        var findings = Dictionary(grouping: dataset.findings) { $0.line ?? 0 }
        for example in dataset.examples {
            for side in sides(of: example) {
                if let found = try request.policy.matcher?.findings(for: side.example), !found.isEmpty {
                    findings[example.line, default: []] += found.map(side.tell)
                }
            }
        }
        findings.merge(covert.findings, uniquingKeysWith: +)
        if let matcher = request.policy.matcher {
            for finding in try covert.findings(by: matcher) {
                findings[finding.line ?? 0, default: []].append(finding)
            }
        }
        return findings
    }

    /// What rules that look for things which may stand nowhere judge: the chosen side, and the rejected one by itself.
    func sides(of example: Example) -> [JudgedSide] {
        [JudgedSide(example: example, isRejected: false)]
            + (example.rejectedSide.map { [JudgedSide(example: $0, isRejected: true)] } ?? [])
    }
}

/// One side of a preference pair, or a row that has no sides.
struct JudgedSide {
    var example: Example
    var isRejected: Bool

    /// A finding with the side that it is on.
    func tell(_ finding: Finding) -> Finding {
        guard isRejected else { return finding }
        var finding = finding
        finding.detail = "rejected side by itself: " + finding.detail
        return finding
    }
}
