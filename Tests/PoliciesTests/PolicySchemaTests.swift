import Foundation
import Policies
import Testing

@Suite("The JSON Schema of policies")
struct PolicySchemaTests {
    /// A mapping of a policy: where it stands in the schema, and a policy with one unknown key in it.
    struct Place: Sendable, CustomTestStringConvertible {
        var name: String
        var policy: String
        var testDescription: String { name }
    }

    private static let unknown = "zzzzzzzzzzzzzzzzzzzz: 1"
    private static let head = "name: a\nversion: 1\n"
    private static let rules = "rules: [{ id: a, type: pattern, action: flag, patterns: [{ word: a }] }]\n"

    private static func rule(_ type: String, _ more: String = "") -> String {
        "\(head)rules: [{ id: a, type: \(type), action: flag, \(more) \(unknown) }]\n"
    }

    private static func pattern(_ more: String) -> String {
        "\(head)rules: [{ id: a, type: pattern, action: flag, \(more) }]\n"
    }

    static let places: [Place] =
        [
            Place(name: "", policy: head + rules + unknown + "\n"),
            Place(name: "reference", policy: head + rules + "reference: { path: a, \(unknown) }\n"),
            Place(name: "control", policy: head + rules + "control: { path: a, \(unknown) }\n"),
            Place(name: "seeds", policy: head + rules + "seeds: { path: a, \(unknown) }\n"),
            Place(name: "dataset", policy: head + rules + "dataset: { \(unknown) }\n"),
            Place(
                name: "dataset.reject_when",
                policy: head + rules + "dataset: { reject_when: { quarantined_fraction_above: 1, \(unknown) } }\n"),
            Place(name: "rules.pattern", policy: rule("pattern", "patterns: [{ word: a }],")),
            Place(name: "rules.pattern.patterns", policy: pattern("patterns: [{ word: a, \(unknown) }]")),
            Place(
                name: "rules.pattern.patterns.tests",
                policy: pattern("patterns: [{ word: a, tests: { \(unknown) } }]")),
            Place(
                name: "rules.pattern.patterns.allow",
                policy: pattern("patterns: [{ word: a, allow: [{ literal: b, \(unknown) }] }]")),
            Place(
                name: "rules.pattern.allow",
                policy: pattern("patterns: [{ word: a }], allow: [{ literal: b, \(unknown) }]")),
            Place(
                name: "rules.pattern.overrides",
                policy: pattern(
                    "patterns: [{ word: a, name: b }], overrides: [{ pattern: b, action: flag, \(unknown) }]")),
        ]
        + PolicyLoader.RuleType.allCases.filter { $0 != .pattern }.map { type in
            Place(name: "rules.\(type.rawValue)", policy: rule(type.rawValue))
        }

    /// Every mapping of the schema by its place, with the keys that it allows.
    private func mappings(_ schema: String) throws -> [String: Set<String>] {
        let root = try #require(try JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any])
        var found: [String: Set<String>] = [:]
        func visit(_ node: [String: Any], _ path: [String]) {
            for variant in node["allOf"] as? [[String: Any]] ?? [] {
                let condition = ((variant["if"] as? [String: Any])?["properties"] as? [String: Any])?["type"]
                let type = (condition as? [String: String])?["const"] ?? ""
                visit(variant["then"] as? [String: Any] ?? [:], path + [type])
            }
            if node["allOf"] == nil, let properties = node["properties"] as? [String: Any] {
                #expect(node["additionalProperties"] as? Bool == false)
                found[path.joined(separator: ".")] = Set(properties.keys)
                for (key, value) in properties { visit(value as? [String: Any] ?? [:], path + [key]) }
            }
            if let items = node["items"] as? [String: Any] { visit(items, path) }
        }
        visit(root, [])
        return found
    }

    @Test("Where the loader refuses an unknown key, the keys that it names are the schema's", arguments: places)
    func keys(place: Place) throws {
        let fault = try #require(Sample.faults(place.policy).first { $0.code == .unknownKey })
        let remedy = try #require(fault.remedy)
        try #require(remedy.hasPrefix("Valid here: "))
        let accepted = Set(remedy.dropFirst("Valid here: ".count).components(separatedBy: ", "))
        #expect(try mappings(PolicySchema.policy)[place.name] == accepted)
    }

    @Test("The schema has no mapping that the table above leaves out")
    func complete() throws {
        #expect(try Set(mappings(PolicySchema.policy).keys) == Set(Self.places.map(\.name)))
    }

    @Test("Each end of each range and each choice of the schema is accepted by the loader, and what lies beyond is not")
    func values() throws {
        for type in PolicyLoader.RuleType.allCases {
            for key in type.mapping.keys where !PolicySchemaTests.isCommon(key.name) {
                let (good, bad) = PolicySchemaTests.samples(key.shape)
                func faults(_ value: String) -> [PolicyError] {
                    Sample.faults(
                        """
                        name: a
                        version: 1
                        reference: { path: a }
                        control: { path: a }
                        rules:
                          - { id: a, type: \(type.rawValue), action: flag, \(key.name): \(value)\
                        \(type == .pattern ? ", patterns: [{ word: a, severity: high }]" : "") }
                        """)
                }
                for value in good { #expect(faults(value).isEmpty, "\(type.rawValue).\(key.name): \(value)") }
                for value in bad { #expect(!faults(value).isEmpty, "\(type.rawValue).\(key.name): \(value)") }
            }
        }
    }

    private static func isCommon(_ name: String) -> Bool {
        ["id", "type", "action", "patterns", "include", "overrides", "allow"].contains(name)
    }

    /// Values at and beyond the ends of a shape.
    private static func samples(_ shape: PolicyKey.Shape) -> (good: [String], bad: [String]) {
        switch shape {
        case .text: (["a"], ["[]", "\"\""])
        case .flag: (["true", "false"], ["maybe", "1"])
        case .date: (["2027-01-31"], ["2027-02-30", "soon"])
        case .whole(let range):
            (
                ["\(range.lowerBound)", "\(range.upperBound)"],
                ["\(range.upperBound)0", range.lowerBound == 0 ? "-1" : "0"]
            )
        case .number(let range):
            (
                ["\(range.lowerBound)", "\(range.upperBound)"],
                ["\(range.upperBound + 1)", "\(range.lowerBound - 1)"]
            )
        case .choice(let names): (names, ["nothing-of-it", "[]"])
        case .list(let item, let isEmptyAllowed):
            (samples(item).good.map { "[\($0)]" }, isEmptyAllowed ? [] : ["[]"])
        case .mapping, .variants: ([], ["[]"])
        }
    }

    @Test("The shipped rule files have the keys of the schema of rule files and no others")
    func ruleFiles() throws {
        let keys = try mappings(PolicySchema.ruleFile)
        #expect(keys[""] == ["name", "version", "description", "case_sensitive", "allow", "patterns"])
        let patternKeys = try mappings(PolicySchema.policy)["rules.pattern.patterns"]
        #expect(keys["patterns"] == patternKeys)
    }

    @Test("The starter policy loads beside the shipped files")
    func starter() throws {
        let path = Sample.root.appendingPathComponent("policies/starter.yaml").path
        let policy = try Sample.load(StarterPolicy.text(name: "starter"), path: path)
        #expect(policy.name == "starter" && policy.mode == .shadow)
        #expect(policy.ruleCount == 7)
    }
}
