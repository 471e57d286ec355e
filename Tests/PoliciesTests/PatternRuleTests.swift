import Diagnostics
import Foundation
import Moderation
import Policies
import TestSupport
import Testing

@Suite("Conditions of pattern rules")
struct PatternRuleTests {
    private func score(_ policy: Policy, _ turns: [(Role, String)]) throws -> Double? {
        try Sample.findings(policy, turns).first?.score
    }

    @Test(
        "What is disguised is found where it stands in the customer's bytes",
        arguments: [
            ("secret", "a sеcrеt b", 2..<10), ("secret", "ｓｅｃｒｅｔ", 0..<18), ("secret", "x sec\u{200B}ret", 2..<11),
            ("secret", "𝐬𝐞𝐜𝐫𝐞𝐭!", 0..<24), ("café", "un cafe\u{301} ici", 3..<9), ("слово", "а сло\u{AD}во", 3..<15),
        ])
    func disguised(word: String, text: String, bytes: Range<Int>) throws {
        let policy = try Sample.load(Sample.pattern("patterns: [{ word: \(word), name: it }]"))
        let found = try Sample.findings(policy, [(.system, ""), (.user, text)])
        #expect(found.flatMap { $0.matches ?? [] } == [FindingMatch(pattern: "it", turn: 2, text: bytes)])
        #expect(found.first?.detail.contains("pattern it in turn 2 (user), bytes \(bytes.lowerBound)..<") == true)
        let asWritten = try Sample.load(Sample.pattern("normalize: none", "patterns: [{ word: \(word) }]"))
        #expect(try Sample.findings(asWritten, [(.user, text)]).isEmpty)
    }

    @Test("A match that several readings of a text hold counts once")
    func onceForAllReadings() throws {
        let policy = try Sample.load(Sample.pattern("normalize: leet", "patterns: [{ word: plain }]"))
        #expect(try score(policy, [(.user, "plain pla1n рlain “plain” e\u{301}")]) == 4)
    }

    @Test("Leetspeak is read only where a rule asks for it")
    func leet() throws {
        let text = "h0w t0 k1ll a pr0c3ss, h3110"
        let leet = try Sample.load(Sample.pattern("normalize: leet", "patterns: [{ word: kill }, { word: hello }]"))
        #expect(try score(leet, [(.user, text)]) == 2)
        let plain = try Sample.load(Sample.pattern("patterns: [{ word: kill }, { word: hello }]"))
        #expect(try score(plain, [(.user, text)]) == nil)
    }

    @Test("Only the named part of a row is searched")
    func fields() throws {
        let turns: [(Role, String)] = [
            (.user, "plum"), (.assistant, "plum"), (.user, "plum"), (.assistant, "plum plum"),
        ]
        for (fields, count) in [("prompt", 3.0), ("response", 2.0), ("prompt, response", 5.0)] {
            let policy = try Sample.load(Sample.pattern("fields: [\(fields)]", "patterns: [{ word: plum }]"))
            #expect(try score(policy, turns) == count, "\(fields)")
        }
        let response = try Sample.load(Sample.pattern("fields: [response]", "patterns: [{ word: plum }]"))
        #expect(try score(response, [(.user, "plum")]) == nil)
    }

    @Test("Distinct matches are counted by their text")
    func distinct() throws {
        let rule = "patterns: [{ regex: 'p[a-z]+' }]"
        let policy = try Sample.load(Sample.pattern("distinct: true", "minimum_matches: 2", rule))
        #expect(try score(policy, [(.user, "plum plum plum"), (.user, "plum")]) == nil)
        #expect(try score(policy, [(.user, "plum pear"), (.user, "plum")]) == 2)
    }

    @Test("An allowance is for the whole match, in a rule or a pattern, and ends on its day")
    func allowances() throws {
        let day = try #require(ISO8601DateFormatter().date(from: "2027-01-01T00:00:00Z"))
        func score(_ now: Date, _ text: String, _ lines: String...) throws -> Double? {
            let policy = try PolicyLoader.load(
                Array((Sample.pattern() + lines.map { "    \($0)\n" }.joined()).utf8), path: "policy.yaml"
            ) { now }
            return try Sample.findings(policy, [(.user, text)]).first?.score
        }
        let pattern = "patterns: [{ regex: '[a-z]+@[a-z.]+' }]"
        let allow = "allow: [{ literal: A@corp.org, until: 2027-01-01, reason: ours }, { regex: '.*@x[.]org' }]"
        let text = "a@corp.org b@x.org c@corp.org a@corp.org.evil"
        #expect(try score(day.addingTimeInterval(-1), text, pattern, allow) == 2)
        #expect(try score(day, text, pattern, allow) == 3)
        #expect(
            try score(day, "b@x.org", "patterns: [{ regex: '[a-z]+@[a-z.]+', allow: [{ literal: b@x.org }] }]") == nil)
        #expect(try score(day, "b@x.org", pattern) == 1)
    }

    @Test("Overrides give single patterns another action, or leave them out")
    func overrides() throws {
        let policy = try Sample.load(
            Sample.pattern(
                "patterns: [{ word: plum, name: plum }, { word: pear, name: pear }, { word: fig, name: fig }]",
                "overrides: [{ pattern: pear, action: quarantine }, { pattern: fig, action: ignore }]"))
        func actions(_ text: String) throws -> [Action] { try Sample.findings(policy, [(.user, text)]).map(\.action) }
        #expect(try actions("plum") == [.flag])
        #expect(try actions("pear") == [.quarantine])
        #expect(try actions("plum pear fig") == [.quarantine, .flag])
        #expect(try actions("fig") == [])
    }

    @Test("Patterns of less severity are left out", arguments: [("low", 3), ("medium", 2), ("high", 1)])
    func severity(minimum: String, count: Int) throws {
        let policy = try Sample.load(
            Sample.pattern(
                "minimum_severity: \(minimum)",
                "patterns: [{ word: a, severity: low }, { word: b }, { word: c, severity: high }]"))
        #expect(policy.patternRules.first?.patterns.count == count)
    }

    @Test("Entropy is that of the longest run of key characters")
    func entropy() throws {
        let policy = try Sample.load(Sample.pattern("patterns: [{ regex: 'key=[A-Za-z0-9]+', entropy: 3 }]"))
        #expect(try score(policy, [(.user, "key=aaaaaaaaaaaaaaaa")]) == nil)
        #expect(try score(policy, [(.user, "key=a8Kd03LmQz91Xv5B")]) == 1)
    }

    @Test("At most twenty places are told, and all are counted")
    func manyMatches() throws {
        let policy = try Sample.load(Sample.pattern("patterns: [{ word: a }]"))
        let found = try #require(
            try Sample.findings(policy, [(.user, String(repeating: "a ", count: 100))]).first)
        #expect(found.score == 100 && found.matches?.count == 20)
    }

    @Test("Hidden characters are a finding with kind, turn and bytes; other kinds and roles are not looked at")
    func hiddenCharacters() throws {
        let policy = try Sample.load(
            """
            name: sample
            version: 1
            rules:
              - { id: hidden, type: hidden_characters, action: quarantine, kinds: [tag, zero_width], roles: [user] }
            """)
        let found = try Sample.findings(policy, [(.assistant, "a\u{200B}b"), (.user, "é\u{200B}x\u{E0041}\u{202E}")])
        #expect(found.map(\.detail) == ["2 hidden characters; the first is zero_width in turn 2 (user), bytes 2..<5"])
        #expect(found.first?.matches?.map(\.pattern) == ["zero_width", "tag"])
        #expect(try Sample.findings(policy, [(.user, "👩\u{200D}🚀"), (.assistant, "a\u{200B}")]).isEmpty)
    }

    @Test("A rule file that is missing or bad is a fault of the policy, told with the places in both")
    func includes() throws {
        let folder = try TemporaryFolder()
        func faults(_ file: String?) throws -> [PolicyError] {
            if let file { _ = try folder.write(file, to: "rules.yaml") }
            let path = try folder.write(Sample.pattern("include: [rules.yaml]"), to: "policy.yaml")
            do {
                _ = try PolicyLoader.load(path)
                return []
            } catch {
                return error.errors
            }
        }
        #expect(try faults(nil).map(\.code) == [.notFound])
        let head = "name: r\nversion: 1\npatterns:\n"
        #expect(try faults(head + "  - { name: a, word: b }\n").isEmpty)
        let bad = try faults(head + "  - { word: b }\n  - { name: a, word: b, chek: luhn }\n")
        #expect(bad.map(\.code) == [.invalidRuleFile, .missingKey, .unknownKey])
        #expect(bad.map { $0.location?.line } == [7, 4, 5])
        #expect(bad.map { $0.location?.path.hasSuffix("rules.yaml") } == [false, true, true])
        #expect(try faults(head + "  - { name: a, regex: '(' }\n").map(\.code) == [.invalidPattern])
        #expect(
            try faults(head + "  - { name: a, word: b }\n  - { name: a, word: c }\n").map(\.code)
                == [.invalidRuleFile, .duplicateRule])
    }

    @Test("A pattern that does not do what its file says fails the file's check, at the text")
    func ruleFileCheck() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            """
            name: r
            version: 1
            patterns:
              - name: a
                word: plum
                tests:
                  hits: ['a pl{{}}um', pear]
                  misses: [pear, plum]
            """, to: "rules.yaml")
        let error = #expect(throws: PolicyErrors.self) { try RuleFile.load(path).check() }
        #expect(error?.errors.map(\.code) == [.failedTest, .failedTest])
        #expect(error?.errors.map { $0.location?.line } == [7, 8])
    }
}
