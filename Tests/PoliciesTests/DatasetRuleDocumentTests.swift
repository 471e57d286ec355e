import DatasetRules
import Foundation
import Moderation
import Policies
import Testing

@Suite("Rules about the dataset in policies")
struct DatasetRuleDocumentTests {
    /// A key as the loader has it.
    private struct Key {
        var name: String
        var value: String
        var range: String?
    }

    private static func keys<Settings>(_ keys: [DatasetRuleKey<Settings>], _ settings: Settings) -> [Key] {
        keys.map { key in
            let told = key.documentation(of: settings)
            return Key(name: key.name, value: told.default, range: told.range)
        }
    }

    static let types = [
        "duplicates", "contradictions", "repeated_response", "trigger", "outliers", "instructions", "templates",
        "language",
    ]

    private static func keys(of type: String) -> [Key] {
        switch type {
        case "duplicates": keys(DatasetRuleKeys.duplicates, DuplicateSettings())
        case "contradictions": keys(DatasetRuleKeys.contradictions, ContradictionSettings())
        case "repeated_response": keys(DatasetRuleKeys.repeatedResponse, RepeatedResponseSettings())
        case "trigger": keys(DatasetRuleKeys.trigger, TriggerSettings())
        case "outliers": keys(DatasetRuleKeys.outliers, OutlierSettings())
        case "instructions": keys(DatasetRuleKeys.instructions, InstructionSettings())
        case "templates": keys(DatasetRuleKeys.templates, TemplateSettings())
        default: keys(DatasetRuleKeys.language, LanguageSettings())
        }
    }

    private static let text = try? String(
        contentsOf: Sample.root.appendingPathComponent("docs/dataset-rules.md"), encoding: .utf8)

    /// The cells of the rows that describe keys in a type's section.
    private func rows(of type: String) throws -> [[String]] {
        let text = try #require(Self.text)
        let section = try #require(text.components(separatedBy: "\n## ").first { $0.hasPrefix("`\(type)`\n") })
        return section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces).replacing("`", with: "") }
        }
    }

    private static func policy(_ type: String, _ lines: String...) -> String {
        let needed = type == "language" && !lines.contains { $0.hasPrefix("allowed") } ? ["allowed: [en]"] : []
        return """
            name: sample
            version: "1"
            rules:
              - id: rule
                type: \(type)
                action: flag

            """ + (lines + needed).map { "    \($0)\n" }.joined()
    }

    @Test("Every key is documented once, with its default and range, and no other is", arguments: types)
    func documented(type: String) throws {
        let documented = try rows(of: type)
        let keys = Self.keys(of: type)
        #expect(documented.map { $0[0] } == keys.map(\.name))
        for (row, key) in zip(documented, keys) {
            #expect(row[2] == key.value)
            if let range = key.range { #expect(row[3] == range, "\(key.name)") }
        }
    }

    @Test("A rule without its own keys has the default settings", arguments: types)
    func defaults(type: String) throws {
        let rule = try #require(try Sample.load(Self.policy(type)).datasetRules.first)
        let expected: DatasetRule.Check
        switch type {
        case "duplicates": expected = .duplicates(DuplicateSettings())
        case "contradictions": expected = .contradictions(ContradictionSettings())
        case "repeated_response": expected = .repeatedResponse(RepeatedResponseSettings())
        case "trigger": expected = .trigger(TriggerSettings())
        case "outliers": expected = .outliers(OutlierSettings())
        case "instructions": expected = .instructions(InstructionSettings())
        case "templates": expected = .templates(TemplateSettings())
        default:
            var settings = LanguageSettings()
            settings.allowed = ["en"]
            expected = .language(settings)
        }
        #expect(rule == DatasetRule(id: "rule", action: .flag, check: expected))
    }

    @Test("The bounds of a range are allowed and what lies beyond is not", arguments: types)
    func ranges(type: String) {
        for key in Self.keys(of: type) {
            guard let bounds = key.range?.components(separatedBy: " to ") else { continue }
            for bound in bounds { #expect(Sample.faults(Self.policy(type, "\(key.name): \(bound)")).isEmpty) }
            #expect(Sample.faults(Self.policy(type, "\(key.name): -1")).count == 1)
            #expect(Sample.faults(Self.policy(type, "\(key.name): 9e9")).count == 1)
        }
    }

    @Test(
        "Values are read",
        arguments: [
            ("duplicates", "on: prompt"), ("duplicates", "keep: none"), ("instructions", "roles: [user]"),
            ("language", "kinds: [prose, code]"), ("language", "defer_above: 0.25"), ("language", "allowed: [de, ja]"),
        ])
    func values(type: String, line: String) throws {
        let rule = try #require(try Sample.load(Self.policy(type, line)).datasetRules.first)
        let other = try #require(try Sample.load(Self.policy(type)).datasetRules.first)
        #expect(rule != other)
    }

    @Test(
        "Faults are told",
        arguments: [
            ("duplicates", "on: rows", PolicyError.Code.outOfRange), ("duplicates", "similarty: 0.9", .unknownKey),
            ("language", "allowed: [english]", .outOfRange), ("language", "allowed: []", .outOfRange),
            ("language", "kinds: [poetry]", .outOfRange), ("instructions", "roles: []", .outOfRange),
            ("trigger", "confidence: high", .wrongType),
        ])
    func faults(type: String, line: String, code: PolicyError.Code) {
        #expect(Sample.faults(Self.policy(type, line)).contains { $0.code == code })
    }

    @Test("A language rule without languages and kinds would find nothing and is a fault")
    func nothingListed() {
        let text = Self.policy("language").replacing("    allowed: [en]\n", with: "")
        #expect(Sample.faults(text).map(\.code) == [.missingKey])
    }

    @Test(
        "A policy may have several rules of one kind, and the shipped ones flag",
        arguments: ["default", "strict", "shadow"])
    func shipped(name: String) throws {
        let policy = try PolicyLoader.load(Sample.root.appendingPathComponent("policies/\(name).yaml").path)
        #expect(policy.datasetRules.count == 7)
        for rule in policy.datasetRules {
            #expect(rule.action == (name == "strict" && rule.id == "instructions" ? .quarantine : .flag))
        }
        let two = Self.policy("duplicates") + "  - { id: second, type: duplicates, action: quarantine, on: prompt }\n"
        #expect(try Sample.load(two).datasetRules.map(\.id) == ["rule", "second"])
    }

    @Test("The documented codes of languages are the known ones")
    func codes() throws {
        let text = try #require(Self.text)
        for code in LanguageSettings.knownLanguages { #expect(text.contains("`\(code)`")) }
    }
}
