import Moderation
import Policies
import Testing

/// A pattern, a text, and how often the one is found in the other.
struct PatternCase: Sendable, CustomTestStringConvertible {
    var pattern: String
    var text: String
    var count: Int
    var isCaseSensitive = false

    init(_ pattern: String, _ text: String, _ count: Int, caseSensitive: Bool = false) {
        self.pattern = pattern
        self.text = text
        self.count = count
        isCaseSensitive = caseSensitive
    }

    var testDescription: String { "\(pattern) in \(text)" }

    static let all: [PatternCase] = [
        PatternCase("regex: 'colou?r'", "Color and colour", 2),
        PatternCase("regex: 'colou?r'", "Color and colour", 1, caseSensitive: true),
        PatternCase("regex: '^begin'", "begin, then begin", 1),
        PatternCase("regex: 'end$'", "end of the end", 1),
        PatternCase("regex: '[0-9]{3}-[0-9]{4}'", "call 555-0100 or 555-0199", 2),
        PatternCase("regex: 'a.c'", "aéc a\nc", 1),
        PatternCase("regex: 'a.+z'", "a1z2z", 1),
        PatternCase("regex: 'x'", "abc", 0),
        PatternCase("regex: 'ÉCOLE'", "école", 1),
        PatternCase("regex: 'ÉCOLE'", "école", 0, caseSensitive: true),
        PatternCase("regex: '\\bcat\\b'", "cat concat cat", 2),
        PatternCase("literal: 'a.b'", "a.b axb A.B", 2),
        PatternCase("literal: 'a.b'", "a.b axb A.B", 1, caseSensitive: true),
        PatternCase(
            "literal: '\\^$.|?*+()[]{}#/-\"<>&~!%@,;:=`_'''", "\\^$.|?*+()[]{}#/-\"<>&~!%@,;:=`_'", 1),
        PatternCase("literal: '(\u{301}'", "x (\u{301} y ( z", 1),
        PatternCase("literal: '\\d'", "5 \\d", 1),
        PatternCase("literal: '\\Qa\\E'", "a \\Qa\\E", 1),
        PatternCase("literal: '[a-c]'", "a b c [a-c]", 1),
        PatternCase("literal: 'two words'", "two words, two  words", 1),
        PatternCase("literal: \"a\\nb\"", "a\nb a b", 1),
        PatternCase("literal: \"a\\r\\nb\"", "a\r\nb a\nb", 1),
        PatternCase("literal: 'aa'", "aaaa", 3),
        PatternCase("literal: '日本'", "日本語と日本", 2),
        PatternCase("literal: '😀'", "😀😀 😃", 2),
        PatternCase("word: cat", "cat, concat, cats, Cat. cat_ _cat cat1 (cat)", 3),
        PatternCase("word: cat", "the-cat's", 1),
        PatternCase("word: école", "une école, écoles, préécole, École", 2),
        PatternCase("word: été", "été détérioré", 1),
        PatternCase("word: слово", "слово, словом, слово", 2),
        PatternCase("word: cat", "catе\u{0301} cat\u{0301}", 0),
        PatternCase("word: 'c++'", "c++ c++x c++11 (c++)", 2),
        PatternCase("word: '.net'", "a .net b.net", 1),
        PatternCase("word: 'two words'", "two words two wordss", 1),
        PatternCase("word: a", "a", 1),
        PatternCase("word: a", "", 0),
    ]
}

@Suite("Pattern rules")
struct PatternMatcherTests {
    @Test("A pattern is found where it stands and nowhere else", arguments: PatternCase.all)
    func patterns(sample: PatternCase) throws {
        let policy = try Sample.load(
            Sample.pattern("case_sensitive: \(sample.isCaseSensitive)", "patterns:", "  - \(sample.pattern)"))
        let findings = try Sample.findings(policy, [(.user, sample.text)])
        #expect(findings.compactMap(\.score) == (sample.count == 0 ? [] : [Double(sample.count)]))
    }

    @Test("A finding names rule, row, pattern, turn and bytes, and none of the text")
    func finding() throws {
        let policy = try Sample.load(Sample.pattern("patterns: [{ word: missing }, { literal: 'éclair' }]"))
        let found = try Sample.findings(policy, [(.user, "nothing"), (.assistant, "un éclair, ÉCLAIR")])
        #expect(
            found == [
                Finding(
                    rule: "words", action: .flag, line: 7, byteRange: 10..<90, score: 2, threshold: 1,
                    detail: "2 matches; the first is of pattern 2 in turn 2 (assistant), bytes 3..<10",
                    matches: [
                        FindingMatch(pattern: "2", turn: 2, text: 3..<10),
                        FindingMatch(pattern: "2", turn: 2, text: 12..<19),
                    ])
            ])
        let single = try Sample.findings(policy, [(.system, "日本éclair")])
        #expect(
            single.map(\.detail) == ["1 match; the first is of pattern 2 in turn 1 (system), bytes 6..<13"])
    }

    @Test("The widest match that begins at a place is the one that is told")
    func widest() throws {
        let policy = try Sample.load(Sample.pattern("patterns: [{ regex: 'ab+' }]"))
        #expect(
            try Sample.findings(policy, [(.user, "xabbb")]).map(\.detail) == [
                "1 match; the first is of pattern 1 in turn 1 (user), bytes 1..<5"
            ])
    }

    @Test("Only the named roles' turns are searched", arguments: Role.allCases)
    func roles(role: Role) throws {
        let policy = try Sample.load(Sample.pattern("roles: [\(role.rawValue)]", "patterns: [{ word: plum }]"))
        for other in Role.allCases {
            #expect(try Sample.findings(policy, [(other, "plum")]).count == (other == role ? 1 : 0))
        }
    }

    @Test("A rule takes as many matches as it says, over all turns and patterns", arguments: 1...5)
    func minimumMatches(minimum: Int) throws {
        let policy = try Sample.load(
            Sample.pattern("minimum_matches: \(minimum)", "patterns: [{ word: plum }, { word: pear }]"))
        let found = try Sample.findings(policy, [(.user, "plum plum"), (.assistant, "pear"), (.user, "plum")])
        #expect(found.count == (minimum <= 4 ? 1 : 0))
        #expect(found.allSatisfy { $0.score == 4 && $0.threshold == Double(minimum) })
    }

    @Test("Several rules are matched in one pass, each with its own settings, in the policy's order")
    func severalRules() throws {
        let policy = try Sample.load(
            """
            name: sample
            version: 1
            rules:
              - { id: z, type: pattern, action: flag, patterns: [{ word: plum }], roles: [user] }
              - { id: m, type: pattern, action: quarantine, case_sensitive: true, patterns: [{ word: Plum }] }
              - { id: a, type: pattern, action: flag, patterns: [{ regex: 'pl.m' }, { literal: um }], minimum_matches: 3 }
              - { id: n, type: pattern, action: flag, patterns: [{ word: pear }] }
            """)
        func rules(_ turns: [(Role, String)]) throws -> [String] { try Sample.findings(policy, turns).map(\.rule) }
        #expect(try rules([(.user, "Plum")]) == ["z", "m"])
        #expect(try rules([(.assistant, "plum")]) == [])
        #expect(try rules([(.assistant, "plum plum")]) == ["a"])
        #expect(try rules([(.user, "Plum plum pear")]) == ["z", "m", "a", "n"])
        #expect(try rules([]) == [])
    }

    @Test("Many tasks may match at the same time")
    func concurrent() async throws {
        let policy = try Sample.load(Sample.pattern("patterns: [{ regex: 'pl[a-u]m' }, { word: pear }]"))
        let matcher = try #require(policy.matcher)
        let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<16 {
                group.addTask {
                    try (0..<500).count { index in
                        let count = (index + task) % 7
                        let text = String(repeating: "plum pear plump apear ", count: count)
                        let example = Example(line: index, byteRange: 0..<1, turns: [Turn(role: .user, text: text)])
                        let score = try matcher.findings(for: example).first?.score ?? 0
                        return score != Double(3 * count)
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }
}
