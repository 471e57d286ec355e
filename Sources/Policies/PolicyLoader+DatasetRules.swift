import DatasetRules
import Moderation

extension PolicyLoader {
    /// Reads a rule about the dataset's rows together, whose type is one of these.
    static func readDatasetRule(
        _ node: YAMLNode, _ type: YAMLNode, _ ids: inout Set<String>, _ reader: inout YAMLReader
    ) -> DatasetRule? {
        guard case .scalar(let name, _) = type.content else { return nil }
        switch name {
        case "duplicates":
            return read(node, DuplicateSettings(), DatasetRuleKeys.duplicates, { .duplicates($0) }, &ids, &reader)
        case "contradictions":
            return read(
                node, ContradictionSettings(), DatasetRuleKeys.contradictions, { .contradictions($0) }, &ids, &reader)
        case "repeated_response":
            return read(
                node, RepeatedResponseSettings(), DatasetRuleKeys.repeatedResponse, { .repeatedResponse($0) }, &ids,
                &reader)
        case "trigger": return read(node, TriggerSettings(), DatasetRuleKeys.trigger, { .trigger($0) }, &ids, &reader)
        case "outliers":
            return read(node, OutlierSettings(), DatasetRuleKeys.outliers, { .outliers($0) }, &ids, &reader)
        case "instructions":
            return read(
                node, InstructionSettings(), DatasetRuleKeys.instructions, { .instructions($0) }, &ids, &reader)
        case "templates":
            return read(node, TemplateSettings(), DatasetRuleKeys.templates, { .templates($0) }, &ids, &reader)
        case "language":
            let rule = read(node, LanguageSettings(), DatasetRuleKeys.language, { .language($0) }, &ids, &reader)
            if case .language(let settings) = rule?.check, settings.allowed.isEmpty, settings.kinds.isEmpty {
                reader.report(
                    .missingKey, "the rule has neither `allowed` nor `kinds`, and would find nothing",
                    remedy: "List the languages that the model can judge, such as `allowed: [en, de]`", at: node)
            }
            return rule
        default: return nil
        }
    }

    private static func read<Settings>(
        _ node: YAMLNode, _ defaults: Settings, _ keys: [DatasetRuleKey<Settings>],
        _ check: (Settings) -> DatasetRule.Check, _ ids: inout Set<String>, _ reader: inout YAMLReader
    ) -> DatasetRule? {
        let values = reader.mapping(
            node, keys: ["id", "type", "action"] + keys.map(\.name), required: ["id", "action"])
        var settings = defaults
        for key in keys {
            if let node = values[key.name] { key.read(node, into: &settings, &reader) }
        }
        guard let (id, action) = header(values, &ids, &reader) else { return nil }
        return DatasetRule(id: id, action: action, check: check(settings))
    }
}
