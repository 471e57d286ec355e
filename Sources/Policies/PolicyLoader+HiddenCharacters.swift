import Moderation
import TextNormalization

extension PolicyLoader {
    /// Reads a rule that looks for characters which show nothing.
    static func readHiddenCharacters(
        _ node: YAMLNode, _ ids: inout Set<String>, _ reader: inout YAMLReader
    ) -> HiddenCharacterRule? {
        let values = reader.mapping(node, RuleType.hiddenCharacters.mapping.keys)
        var rule = HiddenCharacterRule(id: "", action: .flag)
        if let node = values["kinds"] {
            rule.kinds = Set(
                reader.filledList(node, "the rule looks for nothing")
                    .compactMap { reader.choice($0, of: HiddenCharacter.Kind.self) })
        }
        if let node = values["roles"] {
            rule.roles = Set(
                reader.filledList(node, "the rule searches nobody's turns")
                    .compactMap { reader.choice($0, of: Role.self) })
        }
        if let node = values["minimum_matches"], let value = reader.integer(node, in: 1...1_000_000) {
            rule.minimumMatches = value
        }
        guard let (id, action) = header(values, &ids, &reader) else { return nil }
        rule.id = id
        rule.action = action
        return rule
    }
}
