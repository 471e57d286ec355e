import Diagnostics
import ForgetFilter
import Moderation
import Storage

/// Reads policy files.
package enum PolicyLoader {
    /// The kinds of rules.
    private enum RuleType: String, CaseIterable {
        case forgetFilter = "forget_filter"
        case pattern
    }

    /// Reads, checks and compiles a policy.
    ///
    /// - Throws: `PolicyErrors` with every fault that was found.
    package static func load(_ path: String) throws(PolicyErrors) -> Policy {
        var (policy, digest) = try YAMLDocument.read(
            path: path, into: Policy(name: "", version: "", path: path, sha256: ""), read)
        policy.sha256 = digest
        return policy
    }

    /// Checks and compiles a policy whose bytes are in memory.
    package static func load(_ bytes: [UInt8], path: String) throws(PolicyErrors) -> Policy {
        try YAMLDocument.read(
            bytes, path: path, into: Policy(name: "", version: "", path: path, sha256: sha256(of: bytes)), read)
    }

    private static func read(_ root: YAMLNode, _ policy: inout Policy, _ reader: inout YAMLReader) {
        let keys = ["name", "version", "description", "reference", "control", "seeds", "dataset", "mode", "rules"]
        let values = reader.mapping(root, keys: keys, required: ["name", "version", "rules"])
        if let node = values["name"] { policy.name = reader.string(node) ?? "" }
        if let node = values["version"] { policy.version = reader.string(node) ?? "" }
        if let node = values["description"] { _ = reader.string(node) }
        if let node = values["reference"] { policy.referencePath = setPath(node, policy.path, &reader) }
        if let node = values["control"] { policy.controlPath = setPath(node, policy.path, &reader) }
        if let node = values["seeds"] { policy.seedsPath = setPath(node, policy.path, &reader) }
        if let node = values["mode"] { policy.mode = reader.choice(node, of: Policy.Mode.self) ?? .enforce }
        if let node = values["dataset"] { readDataset(node, into: &policy.dataset, &reader) }
        if let node = values["rules"] { readRules(node, into: &policy, &reader) }
        if let rule = policy.forgetFilter, values["reference"] == nil {
            reader.report(
                .missingKey, "the rule `\(rule.id)` needs `reference: { path: … }`, the safe rows to forget towards",
                at: root)
        }
        if let rule = policy.forgetFilter, rule.settings.readsControl, values["control"] == nil {
            reader.report(
                .missingKey, "the rule `\(rule.id)` needs `control: { path: … }`, ordinary rows to compare with",
                remedy: "Name a control set, or set `method: forgetting` and `control_subtraction: false`", at: root)
        }
    }

    /// A set's path; a relative one starts at the policy's own folder.
    private static func setPath(_ node: YAMLNode, _ policyPath: String, _ reader: inout YAMLReader) -> String? {
        let values = reader.mapping(node, keys: ["path"], required: ["path"])
        guard let node = values["path"], let path = reader.string(node) else { return nil }
        if path.hasPrefix("/") { return path }
        guard let slash = policyPath.lastIndex(of: "/") else { return path }
        return policyPath[...slash] + path
    }

    private static func readDataset(_ node: YAMLNode, into dataset: inout DatasetPolicy, _ reader: inout YAMLReader) {
        let values = reader.mapping(node, keys: ["maximum_bytes", "maximum_line_bytes", "reject_when"])
        if let node = values["maximum_bytes"], let value = reader.integer(node, in: 1...Int(1 << 40)) {
            dataset.maximumBytes = value
        }
        if let node = values["maximum_line_bytes"], let value = reader.integer(node, in: 1...Int(1 << 26)) {
            dataset.maximumLineBytes = value
        }
        if let node = values["reject_when"] {
            let key = "quarantined_fraction_above"
            let values = reader.mapping(node, keys: [key], required: [key])
            if let node = values[key] { dataset.rejectAboveQuarantinedFraction = reader.number(node, in: 0...1) }
        }
    }

    private static func readRules(_ node: YAMLNode, into policy: inout Policy, _ reader: inout YAMLReader) {
        var ids: Set<String> = []
        var patternNodes: [YAMLNode] = []
        for item in reader.list(node) {
            guard case .mapping(let pairs) = item.content else {
                reader.report(.wrongType, "a rule is a mapping, not \(item.kind)", at: item)
                continue
            }
            let typeNode = pairs.first { if case .scalar("type", _) = $0.key.content { true } else { false } }?.value
            guard let typeNode else {
                reader.report(
                    .missingKey, "the rule has no `type`", remedy: "Write `type: forget_filter` or `type: pattern`",
                    at: item)
                continue
            }
            switch reader.choice(typeNode, of: RuleType.self) {
            case .forgetFilter:
                guard let rule = readForgetFilter(item, &ids, &reader) else { continue }
                if policy.forgetFilter != nil {
                    reader.report(.duplicateRule, "a policy has at most one forget_filter rule", at: item)
                }
                policy.forgetFilter = rule
            case .pattern:
                guard let (rule, nodes) = readPattern(item, &ids, &reader) else { continue }
                policy.patternRules.append(rule)
                patternNodes += nodes
            case nil: continue
            }
        }
        if policy.ruleCount == 0, reader.errors.isEmpty {
            reader.report(.missingKey, "the policy has no rules", at: node)
        }
        guard !policy.patternRules.isEmpty, reader.errors.isEmpty else { return }
        do {
            policy.matcher = try PatternMatcher(policy.patternRules)
        } catch {
            let place = error.pattern.flatMap { $0 < patternNodes.count ? patternNodes[$0] : nil } ?? node
            reader.report(.invalidPattern, "the pattern cannot be compiled: \(error.message)", at: place)
        }
    }

    private static func readForgetFilter(
        _ node: YAMLNode, _ ids: inout Set<String>, _ reader: inout YAMLReader
    ) -> ForgetFilterRule? {
        let keys = ForgetFilterKey.all
        let values = reader.mapping(
            node, keys: ["id", "type", "action"] + keys.map(\.name), required: ["id", "action"])
        var settings = ForgetFilterSettings()
        for key in keys {
            if let node = values[key.name] { key.read(node, into: &settings, &reader) }
        }
        guard let (id, action) = header(values, &ids, &reader) else { return nil }
        return ForgetFilterRule(id: id, action: action, settings: settings)
    }

    private static func readPattern(
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

    /// Id and action, which every rule has.
    private static func header(
        _ values: [String: YAMLNode], _ ids: inout Set<String>, _ reader: inout YAMLReader
    ) -> (String, Action)? {
        let action = values["action"].flatMap { reader.choice($0, of: Action.self) }
        guard let idNode = values["id"], let id = reader.string(idNode) else { return nil }
        let isName = id.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
        }
        guard isName, id != "dataset" else {
            reader.report(
                .outOfRange, "`\(id)` cannot be a rule's id",
                remedy: "Use lower-case letters, digits, hyphens and underscores; `dataset` is taken", at: idNode)
            return nil
        }
        guard ids.insert(id).inserted else {
            reader.report(.duplicateRule, "two rules have the id `\(id)`", at: idNode)
            return nil
        }
        return action.map { (id, $0) }
    }
}
