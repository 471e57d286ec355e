import Foundation
package import Moderation
import TextNormalization

/// Several rules' patterns, compiled together and matched through the Hyperscan API in time that is linear in the text.
///
/// What normalization changes is searched once more as it then reads.
package final class PatternMatcher: Sendable {
    /// A pattern with its rule.
    private struct Entry {
        var rule: Int
        var index: Int
        var pattern: PatternRule.Pattern
        var isCaseSensitive: Bool
        var allowances: AllowanceList
        var name: String { pattern.name ?? "\(index + 1)" }
    }

    private let rules: [PatternRule]
    private let hiddenRules: [HiddenCharacterRule]
    private let entries: [Entry]
    private let scanner: PatternScanner?
    private let normalization: Normalization
    private let clock: @Sendable () -> Date

    /// Compiles all patterns of `rules`.
    ///
    /// - Parameter clock: tells whether an allowance still holds.
    init(
        _ rules: [PatternRule], hidden: [HiddenCharacterRule] = [], clock: @escaping @Sendable () -> Date
    ) throws(HyperscanDatabase.CompileFault) {
        self.rules = rules
        hiddenRules = hidden
        self.clock = clock
        var entries: [Entry] = []
        for (rule, value) in rules.enumerated() {
            for (index, pattern) in value.patterns.enumerated() {
                let isCaseSensitive = pattern.isCaseSensitive ?? value.isCaseSensitive
                let allowances: AllowanceList
                do {
                    allowances = try AllowanceList(
                        pattern.allowances + value.allowances, isCaseSensitive: isCaseSensitive)
                } catch {
                    throw HyperscanDatabase.CompileFault(
                        pattern: entries.count, message: "an allowance of the pattern: \(error.message)")
                }
                entries.append(
                    Entry(
                        rule: rule, index: index, pattern: pattern, isCaseSensitive: isCaseSensitive,
                        allowances: allowances))
            }
        }
        self.entries = entries
        normalization = Normalization.allCases.last { level in rules.contains { $0.normalization == level } } ?? .none
        let expressions = entries.map {
            HyperscanDatabase.Expression(
                text: $0.pattern.expression, isCaseSensitive: $0.isCaseSensitive,
                leastDigits: $0.pattern.check?.leastDigits ?? 0)
        }
        scanner = try entries.isEmpty ? nil : PatternScanner(expressions)
    }

    /// One place where an entry matched, and what counts as the same text.
    private struct Match {
        var entry: Int
        var turn: Int
        var range: Range<Int>
        var text: [UInt8]?
    }

    /// A place that counts once for an entry, however it was read.
    private struct Place: Hashable {
        var entry: Int
        var start: Int
    }

    /// The findings of all rules on an example: of each rule at most one for each action.
    ///
    /// - Throws: `PolicyError` when Hyperscan fails; that a row has no match is then not known.
    package func findings(for example: Example) throws(PolicyError) -> [Finding] {
        var matches: [Match] = []
        let response = example.turns.lastIndex { $0.role == .assistant } ?? example.turns.endIndex
        for (turn, content) in example.turns.enumerated() {
            let field: PatternRule.Field = turn < response ? .prompt : .response
            try matches += scan(content, turn: turn, field: field)
        }
        let found = matches.isEmpty ? [] : rules.indices.flatMap { findings(of: $0, matches, example) }
        return found + hiddenRules.compactMap { $0.finding(for: example) }
    }

    /// The names of the patterns that match a text by itself.
    func patternNames(in text: String) throws(PolicyError) -> Set<String> {
        Set(try scan(Turn(role: .assistant, text: text), turn: 0, field: .response).map { entries[$0.entry].name })
    }

    private func scan(_ turn: Turn, turn index: Int, field: PatternRule.Field) throws(PolicyError) -> [Match] {
        guard let scanner else { return [] }
        var found: [Match] = []
        var places: [Place: Int] = [:]
        /// Looks in one reading of the text.
        func look(_ bytes: UnsafeBufferPointer<UInt8>, _ view: TextView?) throws(PolicyError) {
            for pattern in try scanner.present(in: bytes) {
                let entry = entries[pattern]
                let rule = rules[entry.rule]
                guard rule.roles.contains(turn.role), rule.fields.contains(field), rule.normalization.reads(view?.kind),
                    entry.pattern.check?.reads(view?.kind) ?? true
                else { continue }
                for match in try scanner.matches(of: pattern, in: bytes) {
                    guard accepts(entry, bytes, match.start..<match.end) else { continue }
                    let range = view?.original(match.start..<match.end) ?? match.start..<match.end
                    let place = Place(entry: pattern, start: range.lowerBound)
                    if let known = places[place] {
                        found[known].range = range.lowerBound..<max(range.upperBound, found[known].range.upperBound)
                    } else {
                        places[place] = found.count
                        let text = rule.isDistinct ? Array(bytes[match.start..<match.end]) : nil
                        found.append(Match(entry: pattern, turn: index, range: range, text: text))
                    }
                }
            }
        }
        var text = turn.text
        let failure = text.withUTF8 { bytes -> PolicyError? in
            do throws(PolicyError) {
                try look(bytes, nil)
                for view in TextNormalizer.views(of: bytes, normalization) {
                    var failure: PolicyError?
                    view.bytes.withUnsafeBufferPointer { bytes in
                        do throws(PolicyError) { try look(bytes, view) } catch { failure = error }
                    }
                    if let failure { throw failure }
                }
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        return found.sorted { ($0.range.lowerBound, $0.entry) < ($1.range.lowerBound, $1.entry) }
    }

    /// Whether what an expression matched is what the pattern means.
    private func accepts(_ entry: Entry, _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        if entry.pattern.kind == .word, !WordBoundary.surrounds(range, in: bytes) { return false }
        let text = UnsafeBufferPointer(rebasing: bytes[range])
        if let check = entry.pattern.check {
            if check.isOfNumbers, NumberContext.continues(range, in: bytes) { return false }
            if !check.accepts(text) { return false }
        }
        if let minimum = entry.pattern.minimumEntropy, Entropy.bitsPerCharacter(ofLongestRunIn: text) < minimum {
            return false
        }
        return !entry.allowances.holds(for: text, clock)
    }

    private func findings(of rule: Int, _ matches: [Match], _ example: Example) -> [Finding] {
        let own = matches.filter { entries[$0.entry].rule == rule }
        guard !own.isEmpty else { return [] }
        let count = rules[rule].isDistinct ? Set(own.map { $0.text ?? [] }).count : own.count
        guard count >= rules[rule].minimumMatches else { return [] }
        return Action.allCases.compactMap { action in
            let matches = own.filter { (entries[$0.entry].pattern.action ?? rules[rule].action) == action }
            return matches.isEmpty ? nil : finding(of: rule, action, matches, count: count, example)
        }
    }

    private func finding(of rule: Int, _ action: Action, _ matches: [Match], count: Int, _ example: Example) -> Finding
    {
        let first = matches[0]
        let isAlone = matches.count == 1
        return Finding(
            rule: rules[rule].id, action: action, line: example.line, byteRange: example.byteRange,
            score: Double(count), threshold: Double(rules[rule].minimumMatches),
            detail:
                "\(matches.count) match\(isAlone ? "" : "es"); the first is of pattern \(entries[first.entry].name) "
                + "in turn \(first.turn + 1) (\(example.turns[first.turn].role.rawValue)), "
                + "bytes \(first.range.lowerBound)..<\(first.range.upperBound)",
            matches: matches.prefix(FindingMatch.limit).map {
                FindingMatch(pattern: entries[$0.entry].name, turn: $0.turn + 1, text: $0.range)
            })
    }
}

extension Normalization {
    /// Whether a rule with this normalization looks in a view of a kind, or in the text itself.
    fileprivate func reads(_ kind: TextView.Kind?) -> Bool {
        switch (self, kind) {
        case (_, nil), (.leet, _), (.unicode, .clean), (.unicode, .skeleton): true
        case (.none, _), (.unicode, .leet): false
        }
    }
}
