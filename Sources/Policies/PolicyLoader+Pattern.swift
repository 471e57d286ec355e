import Foundation
import Moderation
import Storage
import TextNormalization

extension PolicyLoader {
    /// Reads a rule that looks for patterns, and for each pattern the node that a fault of it is told at.
    static func readPattern(
        _ node: YAMLNode, _ ids: inout Set<String>, into policy: inout Policy, _ reader: inout YAMLReader
    ) -> (PatternRule, [YAMLNode])? {
        let values = reader.mapping(node, RuleType.pattern.mapping.keys)
        var rule = PatternRule(id: "", action: .flag, patterns: [])
        var nodes: [YAMLNode] = []
        var names: Set<String> = []
        func add(_ pattern: PatternRule.Pattern, at node: YAMLNode, _ reader: inout YAMLReader) {
            if let name = pattern.name, !names.insert(name).inserted {
                reader.report(.duplicateRule, "two patterns of the rule have the name `\(name)`", at: node)
            }
            rule.patterns.append(pattern)
            nodes.append(node)
        }
        if values["patterns"] == nil, values["include"] == nil, case .mapping = node.content {
            reader.report(.missingKey, "the rule has neither `patterns` nor `include`", at: node)
        }
        if let list = values["patterns"] {
            for item in reader.filledList(list, "the rule has no patterns") {
                guard let read = readPatternItem(item, &reader) else { continue }
                add(read.pattern, at: read.node, &reader)
            }
        }
        if let list = values["include"] {
            for item in reader.filledList(list, "the rule includes no files") {
                guard let file = include(item, into: &policy, &reader) else { continue }
                for pattern in file.patterns { add(pattern, at: item, &reader) }
            }
        }
        readConditions(values, into: &rule, &reader)
        keepSevere(values["minimum_severity"], of: &rule, &nodes, &reader)
        if let list = values["overrides"] { override(list, in: &rule, &nodes, &reader) }
        guard let (id, action) = header(values, &ids, &reader) else { return nil }
        rule.id = id
        rule.action = action
        return (rule, nodes)
    }

    private static func readConditions(
        _ values: [String: YAMLNode], into rule: inout PatternRule, _ reader: inout YAMLReader
    ) {
        if let node = values["case_sensitive"], let value = reader.bool(node) { rule.isCaseSensitive = value }
        if let node = values["minimum_matches"], let value = reader.integer(node, in: 1...1_000_000) {
            rule.minimumMatches = value
        }
        if let node = values["distinct"], let value = reader.bool(node) { rule.isDistinct = value }
        if let node = values["normalize"], let value = reader.choice(node, of: Normalization.self) {
            rule.normalization = value
        }
        if let node = values["roles"] {
            rule.roles = Set(
                reader.filledList(node, "the rule searches nobody's turns")
                    .compactMap { reader.choice($0, of: Role.self) })
        }
        if let node = values["fields"] {
            rule.fields = Set(
                reader.filledList(node, "the rule searches no part of a row")
                    .compactMap { reader.choice($0, of: PatternRule.Field.self) })
        }
        if let node = values["allow"] { rule.allowances = readAllowances(node, &reader) }
    }

    /// A rule file that a rule includes; it is read once for all rules of the policy.
    private static func include(
        _ node: YAMLNode, into policy: inout Policy, _ reader: inout YAMLReader
    ) -> RuleFile? {
        guard let text = reader.string(node) else { return nil }
        let path = beside(policy.path, text)
        if let known = policy.ruleFiles.first(where: { $0.path == path }) { return known }
        do {
            let file = try RuleFile.load(path)
            policy.ruleFiles.append(file)
            return file
        } catch {
            let isMissing = error.errors.contains { $0.code == .notFound }
            reader.report(
                isMissing ? .notFound : .invalidRuleFile,
                "the rule file `\(text)` cannot be used\(isMissing ? ": it is not there" : "")",
                remedy: isMissing ? "A relative path starts at the policy's folder" : nil, at: node)
            if !isMissing { reader.adopt(error.errors) }
            return nil
        }
    }

    private static func keepSevere(
        _ node: YAMLNode?, of rule: inout PatternRule, _ nodes: inout [YAMLNode], _ reader: inout YAMLReader
    ) {
        guard let node, let minimum = reader.choice(node, of: PatternRule.Severity.self) else { return }
        let order = PatternRule.Severity.allCases
        let kept = rule.patterns.indices.filter { index in
            (order.firstIndex(of: rule.patterns[index].severity) ?? 0) >= (order.firstIndex(of: minimum) ?? 0)
        }
        if kept.isEmpty, !rule.patterns.isEmpty {
            reader.report(.outOfRange, "no pattern of the rule is that severe", at: node)
        }
        rule.patterns = kept.map { rule.patterns[$0] }
        nodes = kept.map { nodes[$0] }
    }

    private static func override(
        _ list: YAMLNode, in rule: inout PatternRule, _ nodes: inout [YAMLNode], _ reader: inout YAMLReader
    ) {
        for item in reader.filledList(list, "there is nothing to override") {
            let values = reader.mapping(item, PolicyKey.override)
            let action = values["action"].flatMap { reader.choice($0, of: PatternRule.Override.self) }
            guard let node = values["pattern"], let name = reader.string(node), let action else { continue }
            guard let index = rule.patterns.firstIndex(where: { $0.name == name }) else {
                reader.report(.outOfRange, "the rule has no pattern with the name `\(name)`", at: node)
                continue
            }
            switch action {
            case .quarantine: rule.patterns[index].action = .quarantine
            case .flag: rule.patterns[index].action = .flag
            case .ignore:
                rule.patterns.remove(at: index)
                nodes.remove(at: index)
            }
        }
        if rule.patterns.isEmpty, reader.errors.isEmpty {
            reader.report(.outOfRange, "the rule ignores all of its patterns", at: list)
        }
    }
}
