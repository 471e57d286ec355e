import DatasetRules
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
        for rule in request.policy.datasetRules {
            for finding in rule.findings(in: dataset.examples) {
                findings[finding.line ?? 0, default: []].append(finding)
            }
        }
        return findings
    }

    /// Why the dataset is not to be judged, where too much of it is in languages or of kinds that nobody listed.
    func ruleDeferral(_ dataset: Dataset, _ findings: [Int: [Finding]]) -> String? {
        for rule in request.policy.datasetRules {
            guard case .language(let settings) = rule.check, let limit = settings.deferAbove else { continue }
            let count = dataset.examples.count { example in
                findings[example.line]?.contains { $0.rule == rule.id } == true
            }
            guard Double(count) > limit * Double(max(1, dataset.examples.count)) else { continue }
            return "\(count) of \(dataset.examples.count) rows are in a language or of a kind that the rule `\(rule.id)` "
                + "does not list"
        }
        return nil
    }
}
