import CHyperscan
import Foundation
package import Moderation

/// Several rules' patterns compiled into one database, matched in one linear pass through the Hyperscan API.
///
/// SAFETY: the database is never changed after compilation; the scratch space, which a scan does change, is only used
/// under the lock.
package final class PatternMatcher: @unchecked Sendable {
    /// A pattern that Hyperscan refuses.
    struct CompileFault: Error {
        /// Index of the pattern over all rules, or `nil` if the fault is of all of them.
        var pattern: Int?
        var message: String
    }

    private struct Origin {
        var rule: Int
        var pattern: Int
    }

    /// One place where a pattern matched: the widest of those that begin there.
    private struct Match: Hashable {
        var pattern: Int
        var turn: Int
        var start: Int
    }

    private let rules: [PatternRule]
    private let origins: [Origin]
    private let database: OpaquePointer
    private let scratch: OpaquePointer
    private let lock = NSLock()

    /// Compiles all patterns of `rules`, of which there is at least one.
    init(_ rules: [PatternRule]) throws(CompileFault) {
        self.rules = rules
        var origins: [Origin] = []
        var expressions: [UnsafeMutablePointer<CChar>?] = []
        var flags: [UInt32] = []
        for (rule, value) in rules.enumerated() {
            for (pattern, text) in value.patterns.enumerated() {
                origins.append(Origin(rule: rule, pattern: pattern))
                expressions.append(strdup(text.expression))
                flags.append(
                    UInt32(HS_FLAG_UTF8) | UInt32(HS_FLAG_SOM_LEFTMOST)
                        | (value.isCaseSensitive ? 0 : UInt32(HS_FLAG_CASELESS)))
            }
        }
        defer { expressions.forEach { free($0) } }
        self.origins = origins
        let ids = (0..<UInt32(origins.count)).map { $0 }
        var database: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let constants = expressions.map { UnsafePointer($0) }
        let status = hs_compile_multi(
            constants, flags, ids, UInt32(origins.count), UInt32(HS_MODE_BLOCK), nil, &database, &failure)
        guard status == HS_SUCCESS, let database else {
            let message = failure.map { String(cString: $0.pointee.message) } ?? "status \(status)"
            let index = failure.map { Int($0.pointee.expression) } ?? -1
            hs_free_compile_error(failure)
            throw CompileFault(pattern: index >= 0 ? index : nil, message: message)
        }
        var scratch: OpaquePointer?
        guard hs_alloc_scratch(database, &scratch) == HS_SUCCESS, let scratch else {
            hs_free_database(database)
            throw CompileFault(pattern: nil, message: "Hyperscan has no memory for its scratch space")
        }
        self.database = database
        self.scratch = scratch
    }

    deinit {
        hs_free_scratch(scratch)
        hs_free_database(database)
    }

    /// The findings of all rules on an example, at most one a rule.
    ///
    /// - Throws: `PolicyError` when Hyperscan fails; that a row has no match is then not known.
    package func findings(for example: Example) throws(PolicyError) -> [Finding] {
        var ends: [Match: Int] = [:]
        for (turn, content) in example.turns.enumerated() {
            for (pattern, start, end) in try scan(content.text) {
                let rule = rules[origins[pattern].rule]
                guard rule.roles.contains(content.role),
                    rule.patterns[origins[pattern].pattern].kind != .word || content.text.hasWord(start..<end)
                else { continue }
                let match = Match(pattern: pattern, turn: turn, start: start)
                ends[match] = max(end, ends[match] ?? 0)
            }
        }
        guard !ends.isEmpty else { return [] }
        let matches = ends.keys.sorted { ($0.turn, $0.start, $0.pattern) < ($1.turn, $1.start, $1.pattern) }
        return rules.indices.compactMap { rule in
            let own = matches.filter { origins[$0.pattern].rule == rule }
            guard let first = own.first, own.count >= rules[rule].minimumMatches else { return nil }
            let pattern = origins[first.pattern].pattern + 1
            return Finding(
                rule: rules[rule].id, action: rules[rule].action, line: example.line, byteRange: example.byteRange,
                score: Double(own.count), threshold: Double(rules[rule].minimumMatches),
                detail: "\(own.count) match\(own.count == 1 ? "" : "es"); the first is of pattern \(pattern) in turn "
                    + "\(first.turn + 1) (\(example.turns[first.turn].role.rawValue)), "
                    + "bytes \(first.start)..<\(ends[first] ?? first.start)")
        }
    }

    private func scan(_ text: String) throws(PolicyError) -> [(pattern: Int, start: Int, end: Int)] {
        var found: [(pattern: Int, start: Int, end: Int)] = []
        var text = text
        let status = lock.withLock {
            text.withUTF8 { bytes in
                withUnsafeMutablePointer(to: &found) { found in
                    bytes.withMemoryRebound(to: CChar.self) { bytes in
                        hs_scan(
                            database, bytes.baseAddress, UInt32(bytes.count), 0, scratch,
                            { id, from, to, _, context in
                                context?.assumingMemoryBound(to: [(pattern: Int, start: Int, end: Int)].self).pointee
                                    .append((Int(id), Int(from), Int(to)))
                                return 0
                            }, found)
                    }
                }
            }
        }
        guard status == HS_SUCCESS else {
            throw PolicyError(.scanFailed, "Hyperscan answered status \(status) to a scan")
        }
        return found
    }
}

extension String {
    /// Whether neither neighbour of a range of UTF-8 offsets is part of a word.
    ///
    /// Hyperscan's own `\b` knows ASCII only, so that no word that begins or ends with another letter would be found.
    fileprivate func hasWord(_ range: Range<Int>) -> Bool {
        let scalars = unicodeScalars
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        let end = utf8.index(utf8.startIndex, offsetBy: range.upperBound)
        if start > scalars.startIndex, scalars[scalars.index(before: start)].isWordPart { return false }
        return end == scalars.endIndex || !scalars[end].isWordPart
    }
}

extension Unicode.Scalar {
    fileprivate var isWordPart: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation:
            true
        default: false
        }
    }
}
