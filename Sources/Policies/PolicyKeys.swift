import ForgetFilter
import Moderation

extension PolicyKey {
    /// The keys of a policy.
    package static var policy: [PolicyKey] {
        [
            PolicyKey("name", .text, required: true, "The policy's name, as reports and the audit trail give it."),
            PolicyKey("version", .text, required: true, "The policy's own version."),
            PolicyKey("description", .text, "For readers."),
            PolicyKey(
                "reference", .mapping(Mapping(keys: set)), "The reference set: risky requests with safe answers."),
            PolicyKey("control", .mapping(Mapping(keys: set)), "The control set: ordinary rows of ordinary tasks."),
            PolicyKey("seeds", .mapping(Mapping(keys: set)), "Rows labelled safe or unsafe."),
            PolicyKey("dataset", .mapping(Mapping(keys: dataset)), "Limits of a dataset, and how its rows are read."),
            choice("mode", of: Policy.Mode.self, "Whether rules remove rows, or only record what they would remove."),
            PolicyKey(
                "rules",
                .list(.variants(PolicyLoader.RuleType.allCases.map { ($0.rawValue, $0.mapping) })), required: true,
                "What rows are judged by."),
        ]
    }

    /// The keys of a set.
    static var set: [PolicyKey] {
        [PolicyKey("path", .text, required: true, "A JSONL file; a relative path starts at the policy's folder.")]
    }

    /// The keys of a dataset's limits and of how its rows are read.
    static var dataset: [PolicyKey] {
        [
            PolicyKey("maximum_bytes", .whole(1...1 << 40), "A larger file is not read."),
            PolicyKey("maximum_line_bytes", .whole(1...1 << 26), "A longer line is quarantined."),
            PolicyKey("reject_when", .mapping(Mapping(keys: rejection)), "When a dataset is rejected as a whole."),
            PolicyKey("columns", .mapping(Mapping(keys: columns)), "What the customer calls fields."),
            PolicyKey("roles", .names(.choice(Role.allCases.map(\.rawValue))), "What the customer calls roles."),
            choice("other_content", of: Action.self, "What happens to rows with content that is no text."),
            choice("judge_rejected", of: DatasetPolicy.RejectedSide.self, "What judges the rejected side of a pair."),
        ]
    }

    /// The fields that a customer may call otherwise.
    static var columns: [PolicyKey] { RowColumn.allCases.map { PolicyKey($0.rawValue, .text) } }

    /// The keys of a dataset's rejection.
    static var rejection: [PolicyKey] {
        [
            PolicyKey(
                "quarantined_fraction_above", .number(0...1), required: true,
                "The share of quarantined rows above which the dataset is rejected.")
        ]
    }

    /// The keys that every rule has.
    static var rule: [PolicyKey] {
        [
            PolicyKey("id", .text, required: true, "The rule's name in findings: a-z, 0-9, hyphens and underscores."),
            PolicyKey("type", .text, required: true, "The kind of rule."),
            choice("action", of: Action.self, required: true, "What a match does to the row."),
        ]
    }
}

extension PolicyLoader.RuleType {
    /// The keys of a rule of this type, those of every rule included.
    package var mapping: PolicyKey.Mapping {
        switch self {
        case .forgetFilter: PolicyKey.Mapping(keys: PolicyKey.rule + ForgetFilterKey.all.map(\.key))
        case .covert: PolicyKey.Mapping(keys: PolicyKey.rule + PolicyKey.covert)
        case .duplicates: PolicyKey.Mapping(keys: PolicyKey.rule + DatasetRuleKeys.duplicates.map(\.key))
        case .contradictions: PolicyKey.Mapping(keys: PolicyKey.rule + DatasetRuleKeys.contradictions.map(\.key))
        case .repeatedResponse: PolicyKey.Mapping(keys: PolicyKey.rule + DatasetRuleKeys.repeatedResponse.map(\.key))
        case .trigger: PolicyKey.Mapping(keys: PolicyKey.rule + DatasetRuleKeys.trigger.map(\.key))
        case .outliers: PolicyKey.Mapping(keys: PolicyKey.rule + DatasetRuleKeys.outliers.map(\.key))
        case .instructions: PolicyKey.Mapping(keys: PolicyKey.rule + DatasetRuleKeys.instructions.map(\.key))
        case .templates: PolicyKey.Mapping(keys: PolicyKey.rule + DatasetRuleKeys.templates.map(\.key))
        case .language: PolicyKey.Mapping(keys: PolicyKey.rule + DatasetRuleKeys.language.map(\.key))
        case .hiddenCharacters: PolicyKey.Mapping(keys: PolicyKey.rule + PolicyKey.hiddenCharacters)
        case .pattern:
            PolicyKey.Mapping(keys: PolicyKey.rule + PolicyKey.patternRule, atLeastOne: ["patterns", "include"])
        }
    }
}

extension ForgetFilterKey {
    /// The key as the schema has it.
    var key: PolicyKey {
        switch target {
        case .integer(_, let range):
            PolicyKey(name, .whole(UInt64(range.lowerBound)...UInt64(range.upperBound)))
        case .number(_, let range): PolicyKey(name, .number(range))
        case .flag: PolicyKey(name, .flag)
        case .seed: PolicyKey(name, .whole(0...UInt64.max))
        case .score: .choice(name, of: ForgetFilterSettings.Score.self)
        case .method: .choice(name, of: ForgetFilterSettings.Method.self)
        case .uncovered: .choice(name, of: ForgetFilterSettings.Uncovered.self)
        }
    }
}
