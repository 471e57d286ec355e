import Moderation

extension PolicyLoader {
    /// The kinds of rules.
    package enum RuleType: String, CaseIterable {
        case forgetFilter = "forget_filter"
        case hiddenCharacters = "hidden_characters"
        case pattern
        case covert
        case duplicates, contradictions, trigger, outliers, instructions, templates, language
        case repeatedResponse = "repeated_response"
    }

    static func readRules(_ node: YAMLNode, into policy: inout Policy, _ reader: inout YAMLReader) {
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
                    .missingKey, "the rule has no `type`",
                    remedy: "Write `type:` and one of \(RuleType.allCases.map(\.rawValue).joined(separator: ", "))",
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
            case .hiddenCharacters:
                guard let rule = readHiddenCharacters(item, &ids, &reader) else { continue }
                policy.hiddenCharacterRules.append(rule)
            case .pattern:
                guard let (rule, nodes) = readPattern(item, &ids, into: &policy, &reader) else { continue }
                policy.patternRules.append(rule)
                patternNodes += nodes
            case .covert:
                guard let rule = readCovert(item, &ids, &reader) else { continue }
                if policy.covert != nil {
                    reader.report(.duplicateRule, "a policy has at most one covert rule", at: item)
                }
                policy.covert = rule
            case .duplicates, .contradictions, .repeatedResponse, .trigger, .outliers, .instructions, .templates,
                .language:
                if let rule = readDatasetRule(item, typeNode, &ids, &reader) { policy.datasetRules.append(rule) }
            case nil: continue
            }
        }
        if policy.ruleCount == 0, reader.errors.isEmpty {
            reader.report(.missingKey, "the policy has no rules", at: node)
        }
        guard !policy.patternRules.isEmpty || !policy.hiddenCharacterRules.isEmpty, reader.errors.isEmpty else {
            return
        }
        do {
            policy.matcher = try PatternMatcher(
                policy.patternRules, hidden: policy.hiddenCharacterRules, clock: policy.clock)
        } catch {
            let place = error.pattern.flatMap { $0 < patternNodes.count ? patternNodes[$0] : nil } ?? node
            reader.report(.invalidPattern, "the pattern cannot be compiled: \(error.message)", at: place)
        }
    }

    /// Id and action, which every rule has.
    static func header(
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
