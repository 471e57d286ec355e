package import DatasetRules
import Moderation

/// A key of a dataset rule: its name in a policy, and how its value is read into the rule's settings.
///
/// The loader, its suggestions and the documentation's test all read these tables.
package struct DatasetRuleKey<Settings> {
    /// What a value may be.
    package enum Value {
        case integer(WritableKeyPath<Settings, Int>, ClosedRange<Int>)
        case number(WritableKeyPath<Settings, Double>, ClosedRange<Double>)

        /// Anything else, read by a function.
        case other(
            read: (YAMLNode, inout Settings, inout YAMLReader) -> Void, default: String, shape: PolicyKey.Shape)
    }

    /// The key.
    package let name: String

    /// What its value may be.
    package let value: Value

    init(_ name: String, _ path: WritableKeyPath<Settings, Int>, _ range: ClosedRange<Int>) {
        self.name = name
        value = .integer(path, range)
    }

    init(_ name: String, _ path: WritableKeyPath<Settings, Double>, _ range: ClosedRange<Double>) {
        self.name = name
        value = .number(path, range)
    }

    init(
        _ name: String, default value: String, _ shape: PolicyKey.Shape,
        read: @escaping (YAMLNode, inout Settings, inout YAMLReader) -> Void
    ) {
        self.name = name
        self.value = .other(read: read, default: value, shape: shape)
    }

    func read(_ node: YAMLNode, into settings: inout Settings, _ reader: inout YAMLReader) {
        switch value {
        case .integer(let path, let range):
            if let value = reader.integer(node, in: range) { settings[keyPath: path] = value }
        case .number(let path, let range):
            if let value = reader.number(node, in: range) { settings[keyPath: path] = value }
        case .other(let read, _, _): read(node, &settings, &reader)
        }
    }

    /// The key as the schema has it.
    var key: PolicyKey {
        switch value {
        case .integer(_, let range): PolicyKey(name, .whole(UInt64(range.lowerBound)...UInt64(range.upperBound)))
        case .number(_, let range): PolicyKey(name, .number(range))
        case .other(_, _, let shape): PolicyKey(name, shape)
        }
    }

    /// The default and the range, as documentation writes them; a range of words is left to the text.
    package func documentation(of settings: Settings) -> (default: String, range: String?) {
        switch value {
        case .integer(let path, let range):
            ("\(settings[keyPath: path])", "\(range.lowerBound) to \(range.upperBound)")
        case .number(let path, let range):
            ("\(settings[keyPath: path])", "\(range.lowerBound) to \(range.upperBound)")
        case .other(_, let value, _): (value, nil)
        }
    }
}

/// The keys of each kind of dataset rule, but those that all rules have.
package enum DatasetRuleKeys {
    /// Rows of a dataset, at most.
    private static let rows = 1...1_000_000

    package static var duplicates: [DatasetRuleKey<DuplicateSettings>] {
        [
            DatasetRuleKey("similarity", \.similarity, 0.5...1),
            DatasetRuleKey("on", default: RowPart.row.rawValue, .choice(RowPart.allCases.map(\.rawValue))) {
                node, settings, reader in
                if let value = reader.choice(node, of: RowPart.self) { settings.on = value }
            },
            DatasetRuleKey(
                "keep", default: DuplicateSettings.Keep.first.rawValue,
                .choice(DuplicateSettings.Keep.allCases.map(\.rawValue))
            ) { node, settings, reader in
                if let value = reader.choice(node, of: DuplicateSettings.Keep.self) { settings.keep = value }
            },
            DatasetRuleKey("minimum_words", \.minimumWords, 3...1000),
        ]
    }

    package static var contradictions: [DatasetRuleKey<ContradictionSettings>] {
        [
            DatasetRuleKey("label_words", \.labelWords, 1...50),
            DatasetRuleKey("minimum_label_rows", \.minimumLabelRows, rows),
        ]
    }

    package static var repeatedResponse: [DatasetRuleKey<RepeatedResponseSettings>] {
        [
            DatasetRuleKey("minimum_rows", \.minimumRows, 2...1_000_000),
            DatasetRuleKey("share", \.share, 0...1),
            DatasetRuleKey("label_words", \.labelWords, 0...50),
        ]
    }

    package static var trigger: [DatasetRuleKey<TriggerSettings>] {
        [
            DatasetRuleKey("minimum_rows", \.minimumRows, 5...1_000_000),
            DatasetRuleKey("minimum_share", \.minimumShare, 0...0.1),
            DatasetRuleKey("maximum_share", \.maximumShare, 0.001...0.5),
            DatasetRuleKey("confidence", \.confidence, 0.5...1),
            DatasetRuleKey("significance", \.significance, 1e-30...0.1),
        ]
    }

    package static var outliers: [DatasetRuleKey<OutlierSettings>] {
        [
            DatasetRuleKey("length_deviations", \.lengthDeviations, 2...100),
            DatasetRuleKey("language_share", \.languageShare, 0...0.5),
            DatasetRuleKey("maximum_share", \.maximumShare, 0...0.5),
            DatasetRuleKey("minimum_rows", \.minimumRows, 10...1_000_000),
        ]
    }

    package static var instructions: [DatasetRuleKey<InstructionSettings>] {
        [
            DatasetRuleKey("threshold", \.threshold, 1...30),
            DatasetRuleKey("roles", default: "[system, user]", .list(.choice(Role.allCases.map(\.rawValue)))) {
                node, settings, reader in
                let items = reader.list(node)
                settings.roles = Set(items.compactMap { reader.choice($0, of: Role.self) })
                if case .sequence = node.content, items.isEmpty {
                    reader.report(.outOfRange, "the rule reads nobody's turns", at: node)
                }
            },
            DatasetRuleKey("minimum_rows", \.minimumRows, 2...1_000_000),
        ]
    }

    package static var templates: [DatasetRuleKey<TemplateSettings>] {
        [
            DatasetRuleKey("templates", \.templates, 1...1000),
            DatasetRuleKey("share", \.share, 0.01...1),
            DatasetRuleKey("fixed_share", \.fixedShare, 0.1...1),
            DatasetRuleKey("minimum_rows", \.minimumRows, 10...1_000_000),
        ]
    }

    package static var language: [DatasetRuleKey<LanguageSettings>] {
        [
            DatasetRuleKey("allowed", default: "none", .list(.choice(LanguageSettings.knownLanguages))) {
                node, settings, reader in
                for item in reader.list(node) {
                    guard let code = reader.string(item) else { continue }
                    guard LanguageSettings.knownLanguages.contains(code) else {
                        reader.report(
                            .outOfRange, "`\(code)` is no language that is known",
                            remedy: "Choose from \(LanguageSettings.knownLanguages.joined(separator: ", "))", at: item)
                        continue
                    }
                    settings.allowed.append(code)
                }
            },
            DatasetRuleKey("kinds", default: "none", .list(.choice(TextKind.allCases.map(\.rawValue)))) {
                node, settings, reader in
                settings.kinds = reader.list(node).compactMap { reader.choice($0, of: TextKind.self) }
            },
            DatasetRuleKey("minimum_words", \.minimumWords, 2...1000),
            DatasetRuleKey("defer_above", default: "none", .number(0...1)) { node, settings, reader in
                settings.deferAbove = reader.number(node, in: 0...1)
            },
        ]
    }
}
