import Moderation

extension PolicyLoader {
    /// Reads a rule that looks for patterns, and the node of each pattern.
    static func readPattern(
        _ node: YAMLNode, _ ids: inout Set<String>, _ reader: inout YAMLReader
    ) -> (PatternRule, [YAMLNode])? {
        let keys = ["id", "type", "action", "patterns", "case_sensitive", "roles", "minimum_matches"]
        let values = reader.mapping(node, keys: keys, required: ["id", "action", "patterns"])
        var patterns: [PatternRule.Pattern] = []
        var nodes: [YAMLNode] = []
        for item in values["patterns"].map({ reader.list($0) }) ?? [] {
            let kinds = PatternRule.Pattern.Kind.allCases
            let faults = reader.errors.count
            let found = reader.mapping(item, keys: kinds.map(\.rawValue))
            guard reader.errors.count == faults else { continue }
            guard found.count == 1, let (name, value) = found.first, let kind = PatternRule.Pattern.Kind(rawValue: name)
            else {
                reader.report(
                    found.isEmpty ? .missingKey : .outOfRange,
                    "a pattern has exactly one of \(kinds.map(\.rawValue).joined(separator: ", "))", at: item)
                continue
            }
            guard let text = reader.string(value) else { continue }
            patterns.append(PatternRule.Pattern(kind: kind, text: text))
            nodes.append(value)
        }
        var rule = PatternRule(id: "", action: .flag, patterns: patterns)
        if let node = values["patterns"], case .sequence(let items) = node.content, items.isEmpty {
            reader.report(.outOfRange, "the rule has no patterns", at: node)
        }
        if let node = values["case_sensitive"], let value = reader.bool(node) { rule.isCaseSensitive = value }
        if let node = values["minimum_matches"], let value = reader.integer(node, in: 1...1_000_000) {
            rule.minimumMatches = value
        }
        if let node = values["roles"] {
            let items = reader.list(node)
            rule.roles = Set(items.compactMap { reader.choice($0, of: Role.self) })
            if case .sequence = node.content, items.isEmpty {
                reader.report(.outOfRange, "the rule searches nobody's turns", at: node)
            }
        }
        guard let (id, action) = header(values, &ids, &reader) else { return nil }
        rule.id = id
        rule.action = action
        return (rule, nodes)
    }
}
