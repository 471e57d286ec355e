import Foundation

extension PolicyLoader {
    /// A pattern as a policy or rule file has it, with the node of its text and what it is tried on.
    struct PatternItem {
        var pattern: PatternRule.Pattern
        var node: YAMLNode
        var trials: [RuleFile.Trial]
    }

    /// Reads one pattern.
    static func readPatternItem(_ item: YAMLNode, _ reader: inout YAMLReader) -> PatternItem? {
        let faults = reader.errors.count
        let shape = PolicyKey.pattern
        let values = reader.mapping(item, shape.keys)
        guard reader.errors.count == faults else { return nil }
        let kinds = PatternRule.Pattern.Kind.allCases.filter { values[$0.rawValue] != nil }
        guard kinds.count == 1, let kind = kinds.first, let node = values[kind.rawValue] else {
            reader.report(
                kinds.isEmpty ? .missingKey : .outOfRange,
                "a pattern has exactly one of \(shape.exactlyOne.joined(separator: ", "))", at: item)
            return nil
        }
        guard let text = reader.string(node) else { return nil }
        var pattern = PatternRule.Pattern(kind: kind, text: text)
        if let node = values["name"] { pattern.name = patternName(node, &reader) }
        if let node = values["description"] { _ = reader.string(node) }
        if let node = values["case_sensitive"] { pattern.isCaseSensitive = reader.bool(node) }
        if let node = values["check"] { pattern.check = reader.choice(node, of: PatternCheck.self) }
        if let node = values["entropy"] { pattern.minimumEntropy = reader.number(node, in: 0...8) }
        if let node = values["severity"], let value = reader.choice(node, of: PatternRule.Severity.self) {
            pattern.severity = value
        }
        if let node = values["allow"] { pattern.allowances = readAllowances(node, &reader) }
        let trials = values["tests"].map { readTrials($0, of: pattern.name ?? "1", &reader) } ?? []
        return PatternItem(pattern: pattern, node: node, trials: trials)
    }

    /// A name that findings can be read by.
    private static func patternName(_ node: YAMLNode, _ reader: inout YAMLReader) -> String? {
        guard let name = reader.string(node) else { return nil }
        let isName = name.utf8.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x2D }
        guard isName, name.utf8.contains(where: { $0 >= 0x61 }) else {
            reader.report(
                .outOfRange, "`\(name)` cannot be a pattern's name",
                remedy: "Use lower-case letters, digits and hyphens, and at least one letter", at: node)
            return nil
        }
        return name
    }

    /// Texts of which `{{}}` is left out, so that no other scanner takes them for what they imitate.
    private static func readTrials(
        _ node: YAMLNode, of pattern: String, _ reader: inout YAMLReader
    ) -> [RuleFile.Trial] {
        let values = reader.mapping(node, PolicyKey.tests)
        var trials: [RuleFile.Trial] = []
        for (key, isHit) in [("hits", true), ("misses", false)] {
            guard let node = values[key] else { continue }
            for item in reader.filledList(node, "there is no text here") {
                guard let text = reader.string(item) else { continue }
                trials.append(
                    RuleFile.Trial(
                        pattern: pattern, text: text.replacing("{{}}", with: ""), isHit: isHit, line: item.line,
                        column: item.column))
            }
        }
        return trials
    }

    /// Reads matches that do not count.
    static func readAllowances(_ node: YAMLNode, _ reader: inout YAMLReader) -> [Allowance] {
        var allowances: [Allowance] = []
        for item in reader.filledList(node, "nothing is allowed here") {
            let faults = reader.errors.count
            let shape = PolicyKey.allowance
            let values = reader.mapping(item, shape.keys)
            guard reader.errors.count == faults else { continue }
            if let node = values["reason"] { _ = reader.string(node) }
            let until = values["until"].flatMap { reader.date($0) }
            guard (values["literal"] == nil) != (values["regex"] == nil),
                let node = values["literal"] ?? values["regex"]
            else {
                reader.report(
                    values["literal"] == nil ? .missingKey : .outOfRange,
                    "an allowance has exactly one of \(shape.exactlyOne.joined(separator: ", "))", at: item)
                continue
            }
            guard let text = reader.string(node) else { continue }
            let allowance = Allowance(isRegex: values["regex"] != nil, text: text, until: until)
            do {
                if allowance.isRegex { _ = try AllowanceList([allowance], isCaseSensitive: true) }
                allowances.append(allowance)
            } catch {
                reader.report(.invalidPattern, "the pattern cannot be compiled: \(error.message)", at: node)
            }
        }
        return allowances
    }
}

extension YAMLReader {
    /// The beginning of a day in UTC, written as 2027-01-31.
    mutating func date(_ node: YAMLNode) -> Date? {
        guard case .scalar(let text, _) = node.content else {
            report(.wrongType, "a day is expected here, not \(node.kind)", at: node)
            return nil
        }
        let bytes = Array(text.utf8)
        let isShaped =
            bytes.count == 10
            && bytes.indices.allSatisfy { index in
                index == 4 || index == 7 ? bytes[index] == 0x2D : 0x30...0x39 ~= bytes[index]
            }
        let numbers = text.split(separator: "-").compactMap { Int($0) }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        guard isShaped, numbers.count == 3,
            let date = calendar.date(
                from: DateComponents(year: numbers[0], month: numbers[1], day: numbers[2])),
            calendar.component(.day, from: date) == numbers[2], calendar.component(.month, from: date) == numbers[1]
        else {
            report(.wrongType, "a day is expected here", remedy: "Write it as 2027-01-31", at: node)
            return nil
        }
        return date
    }
}
