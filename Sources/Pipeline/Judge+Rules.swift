import Datasets
import Moderation
import Policies

extension Judge {
    /// What the dataset's own faults and every rule but the model's say of each line; line 0 is the dataset as a whole.
    func ruleFindings(_ dataset: Dataset, _ covert: CovertFindings) throws -> [Int: [Finding]] {
        var findings = Dictionary(grouping: dataset.findings) { $0.line ?? 0 }
        for example in dataset.examples {
            if let found = try request.policy.matcher?.findings(for: example), !found.isEmpty {
                findings[example.line, default: []] += found
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
}
