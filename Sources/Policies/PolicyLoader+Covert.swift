package import CovertText
package import Moderation

/// A rule that looks for text which is written so that a filter does not see what it says.
package struct CovertRule: Sendable, Hashable {
    /// What becomes of decoded text.
    package enum OnDecoded: String, Sendable, CaseIterable {
        /// Every other rule and the model judge it too.
        case judge

        /// Only that it is there counts.
        case ignore
    }

    /// The rule's id.
    package var id: String

    /// What a match does.
    package var action: Action

    /// What is looked for.
    package var settings: CovertSettings

    /// What becomes of decoded text.
    package var onDecoded = OnDecoded.judge
}

extension PolicyKey {
    /// The keys of a rule for covert text.
    static var covert: [PolicyKey] {
        [
            choices("families", of: CovertFamily.self, "What is looked for; all of them without the key."),
            PolicyKey("minimum_length", .whole(16...10_000), "The shortest text that is looked at, in bytes."),
            PolicyKey("dataset_share", .number(0.0001...1), "The share of covert rows that is a finding of its own."),
            choice("on_decoded", of: CovertRule.OnDecoded.self, "What becomes of decoded text."),
        ]
    }
}

extension PolicyLoader {
    /// Reads a rule that looks for covert text.
    static func readCovert(_ node: YAMLNode, _ ids: inout Set<String>, _ reader: inout YAMLReader) -> CovertRule? {
        let values = reader.mapping(node, RuleType.covert.mapping.keys)
        var rule = CovertRule(id: "", action: .flag, settings: CovertSettings())
        if let node = values["families"] {
            let items = reader.list(node)
            rule.settings.families = Set(items.compactMap { reader.choice($0, of: CovertFamily.self) })
            if case .sequence = node.content, items.isEmpty {
                reader.report(.outOfRange, "the rule looks for no family", at: node)
            }
        }
        if let node = values["minimum_length"], let value = reader.integer(node, in: 16...10_000) {
            rule.settings.minimumLength = value
        }
        if let node = values["dataset_share"], let value = reader.number(node, in: 0.0001...1) {
            rule.settings.datasetShare = value
        }
        if let node = values["on_decoded"] {
            rule.onDecoded = reader.choice(node, of: CovertRule.OnDecoded.self) ?? .judge
        }
        guard let (id, action) = header(values, &ids, &reader) else { return nil }
        rule.id = id
        rule.action = action
        return rule
    }
}
