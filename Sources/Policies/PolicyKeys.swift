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
            PolicyKey("dataset", .mapping(Mapping(keys: dataset)), "Limits of a dataset."),
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

    /// The keys of a dataset's limits.
    static var dataset: [PolicyKey] {
        [
            PolicyKey("maximum_bytes", .whole(1...1 << 40), "A larger file is not read."),
            PolicyKey("maximum_line_bytes", .whole(1...1 << 26), "A longer line is quarantined."),
            PolicyKey("reject_when", .mapping(Mapping(keys: rejection)), "When a dataset is rejected as a whole."),
        ]
    }

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
