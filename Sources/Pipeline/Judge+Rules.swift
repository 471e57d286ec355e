import Datasets
import Moderation
import Policies

extension Judge {
    /// What the dataset's own faults and every rule but the model's say of each line.
    func ruleFindings(_ dataset: Dataset) throws -> [Int: [Finding]] {
        var findings = Dictionary(grouping: dataset.findings) { $0.line ?? 0 }
        for example in dataset.examples {
            if let found = try request.policy.matcher?.findings(for: example), !found.isEmpty {
                findings[example.line, default: []] += found
            }
        }
        return findings
    }
}
