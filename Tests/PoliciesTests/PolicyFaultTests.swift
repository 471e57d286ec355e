import Diagnostics
import Policies
import TestSupport
import Testing

/// A bad policy and the only fault that it has.
struct BadPolicy: Sendable, CustomTestStringConvertible {
    var text: String
    var code: PolicyError.Code
    var line: Int
    var column: Int
    var remedy: String?

    init(_ text: String, _ code: PolicyError.Code, _ line: Int, _ column: Int, _ remedy: String? = nil) {
        self.text = text
        self.code = code
        self.line = line
        self.column = column
        self.remedy = remedy
    }

    var testDescription: String { "\(code.rawValue) at \(line):\(column): \(text.suffix(60))" }

    private static let rules = "rules: [{ id: a, type: pattern, action: flag, patterns: [{ word: b }] }]\n"

    static let structure: [BadPolicy] = [
        BadPolicy("", .missingKey, 1, 1),
        BadPolicy("# a comment only\n", .missingKey, 1, 1),
        BadPolicy("just a text\n", .wrongType, 1, 1),
        BadPolicy("- a\n- b\n", .wrongType, 1, 1),
        BadPolicy("version: 1\n" + rules, .missingKey, 1, 1),
        BadPolicy("name: a\n" + rules, .missingKey, 1, 1),
        BadPolicy("name: a\nversion: 1\n", .missingKey, 1, 1),
        BadPolicy("name:\nversion: 1\n" + rules, .outOfRange, 1, 6),
        BadPolicy("name: \"a\\0b\"\nversion: 1\n" + rules, .outOfRange, 1, 7),
        BadPolicy("name: [a]\nversion: 1\n" + rules, .wrongType, 1, 7),
        BadPolicy("name: a\nversion: 1\n? [b]\n: c\n" + rules, .wrongType, 3, 3),
        BadPolicy("name: a\nversoin: 1\nversion: 1\n" + rules, .unknownKey, 2, 1, "Did you mean `version`?"),
        BadPolicy(
            "name: a\nzzzzzzzzz: 1\nversion: 1\n" + rules, .unknownKey, 2, 1,
            "Valid here: name, version, description, reference, control, seeds, dataset, mode, rules"),
        BadPolicy("name: a\nname: b\nversion: 1\n" + rules, .duplicateKey, 2, 1),
        BadPolicy("name: a\nversion: 1\nrules: []\n", .missingKey, 3, 8),
        BadPolicy("name: a\nversion: 1\nrules: {}\n", .wrongType, 3, 8),
        BadPolicy("name: a\nversion: 1\nrules:\n  - text\n", .wrongType, 4, 5),
        BadPolicy(
            "name: a\nversion: 1\nrules:\n  - id: b\n", .missingKey, 4, 5,
            "Write `type:` and one of forget_filter, hidden_characters, pattern"),
        BadPolicy(
            "name: a\nversion: 1\nrules:\n  - id: b\n    type: patern\n", .outOfRange, 5, 11, "Did you mean `pattern`?"),
        BadPolicy("name: a\nversion: 1\nreference: safe.jsonl\n" + rules, .wrongType, 3, 12),
        BadPolicy("name: a\nversion: 1\nreference: {}\n" + rules, .missingKey, 3, 12),
        BadPolicy(
            "name: a\nversion: 1\ncontrol: { path: a, pth: b }\n" + rules, .unknownKey, 3, 21, "Did you mean `path`?"),
        BadPolicy(
            "name: a\nversion: 1\ndataset: { maximum_bytes: 0 }\n" + rules, .outOfRange, 3, 27,
            "Choose from 1 to 1099511627776"),
        BadPolicy(
            "name: a\nversion: 1\ndataset: { maximum_line_bytes: 67108865 }\n" + rules, .outOfRange, 3, 32,
            "Choose from 1 to 67108864"),
        BadPolicy("name: a\nversion: 1\ndataset: { reject_when: {} }\n" + rules, .missingKey, 3, 25),
        BadPolicy(
            "name: a\nversion: 1\ndataset:\n  reject_when:\n    quarantined_fraction_above: 1.01\n" + rules,
            .outOfRange, 5,
            33, "Choose from 0.0 to 1.0"),
    ]

    static let rule: [BadPolicy] = [
        BadPolicy(Sample.pattern("patterns: [{ word: a }]", "patterns: [{ word: b }]"), .duplicateKey, 8, 5),
        BadPolicy(Sample.pattern("patterns: []"), .outOfRange, 7, 15),
        BadPolicy(Sample.pattern("patterns: a"), .wrongType, 7, 15),
        BadPolicy(Sample.pattern("patterns: [a]"), .wrongType, 7, 16),
        BadPolicy(Sample.pattern("patterns: [{}]"), .missingKey, 7, 16),
        BadPolicy(Sample.pattern("patterns: [{ word: a, regex: b }]"), .outOfRange, 7, 16),
        BadPolicy(Sample.pattern("patterns: [{ regexp: a }]"), .unknownKey, 7, 18, "Did you mean `regex`?"),
        BadPolicy(Sample.pattern("patterns: [{ word: \"\" }]"), .outOfRange, 7, 24),
        BadPolicy(Sample.pattern("patterns: [{ literal: \"a\\0b\" }]"), .outOfRange, 7, 27),
        BadPolicy(Sample.pattern("roles: [user]"), .missingKey, 4, 5),
        BadPolicy(Sample.pattern("patterns: [{ word: a }]", "roles: []"), .outOfRange, 8, 12),
        BadPolicy(
            Sample.pattern("patterns: [{ word: a }]", "roles: [user, asistant]"), .outOfRange, 8, 19,
            "Did you mean `assistant`?"),
        BadPolicy(
            Sample.pattern("patterns: [{ word: a }]", "minimum_matches: 0"), .outOfRange, 8, 22,
            "Choose from 1 to 1000000"),
        BadPolicy(Sample.pattern("patterns: [{ word: a }]", "case_sensitive: yes"), .wrongType, 8, 21),
        BadPolicy(Sample.pattern("patterns: [{ word: a }]", "case_sensitive: \"true\""), .wrongType, 8, 21),
        BadPolicy(Sample.pattern("patterns: [{ word: a }]", "threshold: 1"), .unknownKey, 8, 5),
        BadPolicy(
            Sample.pattern("patterns: [{ word: a }]").replacing("action: flag", with: "action: quarentine"),
            .outOfRange,
            6, 13, "Did you mean `quarantine`?"),
        BadPolicy(
            Sample.pattern("patterns: [{ word: a }]").replacing("    action: flag\n", with: ""), .missingKey, 4, 5),
        BadPolicy(
            Sample.pattern("patterns: [{ word: a }]").replacing("id: words", with: "id: Words"), .outOfRange, 4, 9),
        BadPolicy(Sample.pattern("patterns: [{ word: a }]").replacing("id: words", with: "id: a.b"), .outOfRange, 4, 9),
        BadPolicy(
            Sample.pattern("patterns: [{ word: a }]").replacing("id: words", with: "id: dataset"), .outOfRange, 4, 9),
        BadPolicy(
            Sample.pattern("patterns: [{ word: a }]", "").replacing("    \n", with: "")
                + "  - { id: words, type: pattern, action: flag, patterns: [{ word: b }] }\n", .duplicateRule, 8, 11),
        BadPolicy(
            Sample.forgetFilter() + "  - { id: other, type: forget_filter, action: flag }\n", .duplicateRule, 9, 5),
        BadPolicy(
            Sample.forgetFilter().replacing("reference: { path: safe.jsonl }\n", with: ""), .missingKey, 1, 1),
        BadPolicy(
            Sample.forgetFilter().replacing("control: { path: control.jsonl }\n", with: ""), .missingKey, 1, 1),
        BadPolicy(Sample.forgetFilter("method: head"), .outOfRange, 9, 13, "Did you mean `heads`?"),
        BadPolicy(Sample.forgetFilter("treshold: 0.2"), .unknownKey, 9, 5, "Did you mean `threshold`?"),
        BadPolicy(Sample.forgetFilter("threshold: high"), .wrongType, 9, 16),
        BadPolicy(Sample.forgetFilter("threshold: \"0.2\""), .wrongType, 9, 16),
        BadPolicy(Sample.forgetFilter("threshold: .nan"), .wrongType, 9, 16),
        BadPolicy(Sample.forgetFilter("threshold: nan"), .wrongType, 9, 16),
        BadPolicy(Sample.forgetFilter("threshold: inf"), .wrongType, 9, 16),
        BadPolicy(Sample.forgetFilter("threshold: 0x1p3"), .wrongType, 9, 16),
        BadPolicy(Sample.forgetFilter("rank: 8.5"), .wrongType, 9, 11),
        BadPolicy(Sample.forgetFilter("rank: -1"), .outOfRange, 9, 11, "Choose from 1 to 256"),
        BadPolicy(Sample.forgetFilter("rank: 99999999999999999999"), .outOfRange, 9, 11, "Choose from 1 to 256"),
        BadPolicy(Sample.forgetFilter("seed: -1"), .outOfRange, 9, 11),
        BadPolicy(Sample.forgetFilter("seed: 18446744073709551616"), .outOfRange, 9, 11),
        BadPolicy(Sample.forgetFilter("rank: [8]"), .wrongType, 9, 11),
        BadPolicy(Sample.forgetFilter("score: rouge-2"), .outOfRange, 9, 12, "Did you mean `rouge-1`?"),
        BadPolicy(Sample.forgetFilter("patterns: []"), .unknownKey, 9, 5),
    ]

    static let patterns: [BadPolicy] = [
        BadPolicy(Sample.pattern("patterns:", "  - word: fine", "  - regex: \"(open\""), .invalidPattern, 9, 16),
        BadPolicy(Sample.pattern("patterns:", "  - regex: 'a(?=b)'"), .invalidPattern, 8, 16),
        BadPolicy(Sample.pattern("patterns:", "  - regex: '(a)\\1'"), .invalidPattern, 8, 16),
        BadPolicy(Sample.pattern("patterns:", "  - regex: 'a*'"), .invalidPattern, 8, 16),
        BadPolicy(
            Sample.pattern("patterns: [{ word: a }, { word: b }]")
                + "  - { id: more, type: pattern, action: flag, patterns: [{ word: c }, { regex: '[' }] }\n",
            .invalidPattern, 8, 79),
    ]

    static let yaml: [BadPolicy] = [
        BadPolicy("name: &a x\nversion: *a\n" + rules, .unsupportedYAML, 1, 7),
        BadPolicy("name: *a\n", .unsupportedYAML, 1, 7),
        BadPolicy("name: x\nrules: &r [a]\n", .unsupportedYAML, 2, 8),
        BadPolicy("name: x\nrules: &r { a: b }\n", .unsupportedYAML, 2, 8),
        BadPolicy("name: !!str x\nversion: 1\n" + rules, .unsupportedYAML, 1, 7),
        BadPolicy("name: x\nrules: !list [a]\n", .unsupportedYAML, 2, 8),
        BadPolicy("name: x\nversion: 1\n" + rules + "---\nname: y\n", .unsupportedYAML, 4, 1),
        BadPolicy("name: x\n\tversion: 1\n", .syntax, 2, 1),
        BadPolicy("name: 'open\n", .syntax, 2, 1),
        BadPolicy("name: [a, b\n", .syntax, 2, 1),
        BadPolicy("name: a: b\n", .syntax, 1, 8),
        BadPolicy("name: é\nversion: \"é\u{1}\"\n", .syntax, 2, 12),
        BadPolicy("name: x\nversion: \(String(repeating: "[", count: 40))\n", .unsupportedYAML, 2, 41),
        BadPolicy("name: x\nversion: \(String(repeating: "[", count: 200_000))\n", .unsupportedYAML, 2, 41),
    ]

    static let all = structure + rule + patterns + yaml
}

@Suite("Faults of policies")
struct PolicyFaultTests {
    @Test("A bad policy has one fault with its code, place and remedy", arguments: BadPolicy.all)
    func badPolicy(bad: BadPolicy) throws {
        let faults = Sample.faults(bad.text)
        #expect(faults.count == 1, "\(faults.map(\.description))")
        let fault = try #require(faults.first)
        #expect(fault.code == bad.code)
        #expect(fault.location == SourceLocation(path: "policy.yaml", line: bad.line, column: bad.column))
        if let remedy = bad.remedy { #expect(fault.remedy == remedy) }
    }

    @Test("All faults are told at once, in the order of the file")
    func allFaults() {
        let faults = Sample.faults(
            """
            nam: a
            version: 1
            rules:
              - { id: A, type: pattern, action: flags, patterns: [{ word: b }], minimum_matches: x }
              - { id: b, type: forget_filter, method: forgetting, action: flag, rank: 0 }
            """)
        let places = faults.map { [$0.location?.line ?? 0, $0.location?.column ?? 0] }
        #expect(places == [[1, 1], [1, 1], [1, 1], [4, 11], [4, 37], [4, 86], [5, 75]])
        #expect(
            faults.prefix(3).map(\.code.rawValue).sorted() == ["missing-key", "missing-key", "unknown-key"])
        #expect(faults.dropFirst(3).map(\.code) == [.outOfRange, .outOfRange, .wrongType, .outOfRange])
    }

    @Test("A fault shows its line with a caret under the place", arguments: ["\n", "\r\n"])
    func annotated(ending: String) throws {
        let text = Sample.forgetFilter("treshold: 0.2").replacing("\n", with: ending)
        let fault = try #require(Sample.faults(text).first)
        #expect(fault.excerpt == "    treshold: 0.2")
        #expect(fault.annotated.hasSuffix("\n        treshold: 0.2\n        ^"))
        #expect(fault.annotated.hasPrefix("policy.yaml:9:5: unknown key `treshold` [unknown-key]. Did you mean"))
    }

    @Test("A file that is not UTF-8 is refused")
    func invalidUTF8() {
        let error = #expect(throws: PolicyErrors.self) {
            try PolicyLoader.load([0x6E, 0x3A, 0x20, 0xFF], path: "policy.yaml")
        }
        #expect(error?.errors.map(\.code) == [.syntax])
    }

    @Test("A file that is missing, too large or a folder is refused")
    func files() throws {
        let folder = try TemporaryFolder()
        func code(_ path: String) -> PolicyError.Code? {
            do {
                _ = try PolicyLoader.load(path)
                return nil
            } catch {
                return error.errors.first?.code
            }
        }
        #expect(code(folder.file("missing.yaml")) == .notFound)
        #expect(code(folder.path) == .unreadable)
        let good = Sample.pattern("patterns: [{ word: a }]")
        #expect(try code(folder.write(good, to: "good.yaml")) == nil)
        let padding = String(repeating: "#", count: (1 << 20) - good.utf8.count)
        #expect(try code(folder.write(good + padding, to: "full.yaml")) == nil)
        #expect(try code(folder.write(good + padding + "#", to: "large.yaml")) == .unreadable)
    }
}
