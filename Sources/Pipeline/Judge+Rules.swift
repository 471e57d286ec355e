import DatasetRules
import Datasets
import Moderation
import Policies

extension Judge {
    /// Reads the dataset, and what its own faults and every rule but the model's say of each line; line 0 is the dataset
    /// as a whole.
    ///
    /// Texts are kept only where a rule needs them after their row was judged.
    func readAndJudge() throws -> (Dataset, [Int: [Finding]]) {
        let reader = DatasetReader(request.policy.dataset)
        var found: [(line: Int, findings: [Finding])] = []
        func judge(_ example: Example) throws {
            let findings = try ruleFindings(example)
            if !findings.isEmpty { found.append((example.line, findings)) }
        }
        let dataset =
            request.policy.judgesRowByRow && !request.keepsTexts
            ? try reader.forEach(request.datasetPath, judge) : try reader.read(request.datasetPath)
        try progress(.read(rows: dataset.exampleLines.count, malformed: dataset.malformedLines.count))
        for example in dataset.examples { try judge(example) }
        var findings = Dictionary(grouping: dataset.findings) { $0.line ?? 0 }
        for (line, more) in found { findings[line, default: []] += more }
        for rule in request.policy.datasetRules {
            for finding in rule.findings(in: dataset.examples) {
                findings[finding.line ?? 0, default: []].append(finding)
            }
        }
        return (dataset, findings)
    }

    /// Adds the covert text that is there, and what the pattern rules find in what it says; line 0 is the dataset as a
    /// whole.
    func add(_ covert: CovertFindings, to findings: inout [Int: [Finding]]) throws {
        findings.merge(covert.findings, uniquingKeysWith: +)
        guard let matcher = request.policy.matcher else { return }
        for finding in try covert.findings(by: matcher) { findings[finding.line ?? 0, default: []].append(finding) }
    }

    /// What every rule but the model's says of a row.
    private func ruleFindings(_ example: Example) throws -> [Finding] {
        var findings: [Finding] = []
        for side in sides(of: example) {
            guard let found = try request.policy.matcher?.findings(for: side.example), !found.isEmpty else { continue }
            findings += found.map(side.tell)
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
            return
                "\(count) of \(dataset.examples.count) rows are in a language or of a kind that the rule `\(rule.id)` "
                + "does not list"
        }
        return nil
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
