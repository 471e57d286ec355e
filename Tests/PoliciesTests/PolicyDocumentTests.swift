import CovertText
import Diagnostics
import ForgetFilter
import Foundation
import Moderation
import Policies
import Testing
import TextNormalization

@Suite("The reference of policies")
struct PolicyDocumentTests {
    private let text: String
    private let lines: [Substring]

    init() throws {
        text = try String(contentsOf: Sample.root.appendingPathComponent("docs/policies.md"), encoding: .utf8)
        lines = text.split(separator: "\n")
    }

    /// The cells of the table rows that describe a key.
    private func rows(of key: String) -> [[String]] {
        lines.filter { $0.hasPrefix("| `\(key)` |") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// What a policy would write for the default of a key.
    private func value(of key: String) -> String? {
        let settings = ForgetFilterSettings()
        let values: [String: Any] = [
            "method": settings.method.rawValue, "false_discovery_rate": settings.falseDiscoveryRate,
            "local_false_discovery_rate": settings.localFalseDiscoveryRate,
            "forgetting_weight": settings.forgettingWeight, "forgetting_rows": settings.forgettingRows,
            "when_uncovered": settings.whenUncovered.rawValue, "feature_layer": settings.featureLayer,
            "window_tokens": settings.windowTokens, "prompt_tokens": settings.promptTokens,
            "score": settings.score.rawValue, "threshold": settings.threshold, "layers": settings.layers,
            "rank": settings.rank, "alpha": settings.alpha, "align_epochs": settings.alignEpochs,
            "custom_epochs": settings.customEpochs, "safety_epochs": settings.safetyEpochs,
            "align_learning_rate": settings.alignLearningRate, "custom_learning_rate": settings.customLearningRate,
            "safety_learning_rate": settings.safetyLearningRate, "batch_rows": settings.batchRows,
            "response_tokens": settings.responseTokens, "maximum_tokens": settings.maximumTokens,
            "minimum_examples": settings.minimumExamples,
            "minimum_reference_examples": settings.minimumReferenceExamples, "seed": settings.seed,
            "control_subtraction": settings.controlSubtraction,
        ]
        return values[key].map { "\($0)" }
    }

    @Test(
        "Every key of a forget_filter rule is described once, with its default",
        arguments: ForgetFilterKey.all.map(\.name))
    func forgetFilterKey(key: String) throws {
        let row = try #require(rows(of: key).first)
        #expect(rows(of: key).count == 1)
        #expect(row.count >= 4)
        let written = row[2].replacing("`", with: "")
        let expected = try #require(value(of: key))
        #expect(written == expected || Double(written) != nil && Double(written) == Double(expected))
    }

    @Test("A forget_filter rule with the documented defaults has the default settings")
    func documentedDefaults() throws {
        let written = ForgetFilterKey.all.map { key in
            "    \(key.name): \(rows(of: key.name).first?[2].replacing("`", with: "") ?? "")\n"
        }
        let policy = try Sample.load(Sample.forgetFilter() + written.joined())
        #expect(policy.forgetFilter?.settings == ForgetFilterSettings())
    }

    @Test("The documented ranges of a forget_filter rule are the loader's", arguments: ForgetFilterKey.all.map(\.name))
    func ranges(key: String) throws {
        let row = try #require(rows(of: key).first)
        let bounds = row[3].components(separatedBy: " to ")
        guard bounds.count == 2 else {
            #expect(["score", "control_subtraction", "method", "when_uncovered"].contains(key))
            return
        }
        for bound in bounds { #expect(Sample.faults(Sample.forgetFilter("\(key): \(bound)")).isEmpty) }
        let fault = try #require(
            Sample.faults(Sample.forgetFilter("\(key): -1000")).first)
        let told = try #require(fault.remedy).dropFirst("Choose from ".count).description.components(
            separatedBy: " to ")
        #expect(told.map(Double.init) == bounds.map(Double.init))
    }

    /// Rules about the dataset have a page of their own, and DatasetRuleDocumentTests.
    private static let datasetTypes = Set(DatasetRuleDocumentTests.types)

    /// In how many mappings of a policy each key of this page may stand, as the loader's tables have it.
    private static let mappings: [String: Int] = {
        var counts: [String: Int] = [:]
        func visit(_ keys: [PolicyKey]) {
            for key in keys {
                counts[key.name, default: 0] += 1
                visit(key.shape)
            }
        }
        func visit(_ shape: PolicyKey.Shape) {
            switch shape {
            case .list(let item, _): visit(item)
            case .mapping(let mapping): visit(mapping.keys)
            case .names(let item): visit(item)
            case .variants(let variants):
                for variant in variants where !datasetTypes.contains(variant.type) { visit(variant.mapping.keys) }
            case .text, .flag, .date, .whole, .number, .choice: break
            }
        }
        visit(PolicyKey.policy)
        return counts
    }()

    @Test(
        "Every other key is described, and no more often than it has places",
        arguments: Set(mappings.keys).subtracting(ForgetFilterKey.all.map(\.name))
            .subtracting(RowColumn.allCases.map(\.rawValue)).sorted())
    func otherKey(key: String) {
        let count = rows(of: key).count
        #expect(count >= 1 && count <= Self.mappings[key, default: 0])
    }

    @Test("No table describes a key that there is none of")
    func noOtherKey() {
        let documented = lines.filter { $0.hasPrefix("| `") }
            .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        let values = HiddenCharacter.Kind.allCases.map(\.rawValue) + PatternCheck.allCases.map(\.rawValue)
        #expect(Set(documented).isSubset(of: Set(Self.mappings.keys).union(values)))
    }

    @Test("Every check and every kind of hidden character is described")
    func checks() {
        for check in PatternCheck.allCases { #expect(text.contains("`\(check.rawValue)`"), "\(check)") }
        for kind in HiddenCharacter.Kind.allCases { #expect(text.contains("`\(kind.rawValue)`"), "\(kind)") }
    }

    @Test("The limits of a dataset are documented with their defaults")
    func datasetDefaults() throws {
        let dataset = DatasetPolicy()
        #expect(rows(of: "maximum_bytes").first?[2] == "`\(dataset.maximumBytes)`")
        #expect(rows(of: "maximum_line_bytes").first?[2] == "`\(dataset.maximumLineBytes)`")
        #expect(rows(of: "other_content").first?[2] == "`\(dataset.otherContent.rawValue)`")
        #expect(rows(of: "judge_rejected").first?[2] == "`\(dataset.rejectedSide.rawValue)`")
    }

    @Test("The fields that columns can map are named", arguments: RowColumn.allCases)
    func columns(column: RowColumn) {
        let list = text.components(separatedBy: "as keys: ").dropFirst().first?.components(separatedBy: ".").first
        let names = list?.split { $0 == "," || $0.isWhitespace }.map(String.init) ?? []
        #expect(names.contains(column.rawValue))
    }

    @Test("Every value that a key can have is named")
    func choices() {
        let score = rows(of: "score").first?[1] ?? ""
        for value in ForgetFilterSettings.Score.allCases { #expect(score.contains("`\(value.rawValue)`")) }
        let method = rows(of: "method").first?[1] ?? ""
        for value in ForgetFilterSettings.Method.allCases { #expect(method.contains("`\(value.rawValue)`")) }
        let uncovered = rows(of: "when_uncovered").first?[1] ?? ""
        for value in ForgetFilterSettings.Uncovered.allCases { #expect(uncovered.contains("`\(value.rawValue)`")) }
        let action = rows(of: "action").first?[1] ?? ""
        for value in Action.allCases { #expect(action.contains("`\(value.rawValue)`")) }
        let mode = rows(of: "mode").first?[1] ?? ""
        for value in Policy.Mode.allCases { #expect(mode.contains("`\(value.rawValue)`")) }
        let rejected = rows(of: "judge_rejected").first?[1] ?? ""
        for value in DatasetPolicy.RejectedSide.allCases { #expect(rejected.contains("`\(value.rawValue)`")) }
        let other = rows(of: "other_content").first?[1] ?? ""
        for value in Action.allCases { #expect(other.contains("`\(value.rawValue)`")) }
        let families = rows(of: "families").first?[4] ?? ""
        for value in CovertFamily.allCases { #expect(families.contains("`\(value.rawValue)`")) }
        let decoded = rows(of: "on_decoded").first?[1] ?? ""
        for value in CovertRule.OnDecoded.allCases { #expect(decoded.contains("`\(value.rawValue)`")) }
        let normalize = rows(of: "normalize").first?[1] ?? ""
        for value in Normalization.allCases { #expect(normalize.contains("`\(value.rawValue)`")) }
        for key in ["severity", "minimum_severity"] {
            let severity = rows(of: key).first?[1] ?? ""
            for value in PatternRule.Severity.allCases { #expect(severity.contains("`\(value.rawValue)`")) }
        }
        let fields = rows(of: "fields").first?[1] ?? ""
        for value in PatternRule.Field.allCases { #expect(fields.contains("`\(value.rawValue)`")) }
        let type = rows(of: "type").first?[1] ?? ""
        for value in PolicyLoader.RuleType.allCases { #expect(type.contains("`\(value.rawValue)`")) }
        let roles = rows(of: "roles").last?[1] ?? ""
        for value in Role.allCases { #expect(roles.contains("`\(value.rawValue)`")) }
        for value in PatternRule.Pattern.Kind.allCases { #expect(!rows(of: value.rawValue).isEmpty) }
    }

    @Test("The places where a policy is looked for are named in their order")
    func lookup() throws {
        let places = [
            "`--policy FILE`", "`LETHE_POLICY`", "`policies/default.yaml` in", "`/etc/lethe/policies/default.yaml`",
        ]
        let found = try places.map { try #require(text.range(of: $0)).lowerBound }
        #expect(found == found.sorted())
    }

    @Test("The example policies load, and the example fault is what the loader says")
    func examples() throws {
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(!blocks.isEmpty)
        let path = Sample.root.appendingPathComponent("policies/example.yaml").path
        for block in blocks where block.contains("\nrules:") { _ = try Sample.load(block, path: path) }
        let fault = try #require(Sample.faults(Sample.forgetFilter("treshold: 0.2")).first)
        #expect(text.contains(fault.annotated))
    }
}
