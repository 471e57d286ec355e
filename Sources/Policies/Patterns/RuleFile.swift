import Diagnostics
import Foundation
import Moderation

/// Patterns that policies share, with the texts that they are tried on.
package struct RuleFile: Sendable {
    /// A text that a pattern is tried on.
    package struct Trial: Sendable {
        /// The name of the pattern.
        package var pattern: String
        package var text: String
        package var isHit: Bool
        var line: Int
        var column: Int
    }

    /// The file's own name.
    package var name = ""

    /// The file's own version.
    package var version = ""

    /// Where it was read from.
    package var path: String

    /// SHA-256 of its bytes, lower-case hexadecimal.
    package var sha256 = ""

    /// Its patterns; each has a name that no other has.
    package var patterns: [PatternRule.Pattern] = []

    /// What they are tried on.
    package var trials: [Trial] = []

    /// Reads and checks a rule file.
    ///
    /// - Throws: `PolicyErrors` with every fault that was found.
    package static func load(_ path: String) throws(PolicyErrors) -> RuleFile {
        var (file, digest) = try YAMLDocument.read(path: path, into: RuleFile(path: path), read)
        file.sha256 = digest
        return file
    }

    private static func read(_ root: YAMLNode, _ file: inout RuleFile, _ reader: inout YAMLReader) {
        let values = reader.mapping(root, PolicyKey.ruleFile)
        if let node = values["name"] { file.name = reader.string(node) ?? "" }
        if let node = values["version"] { file.version = reader.string(node) ?? "" }
        if let node = values["description"] { _ = reader.string(node) }
        let isCaseSensitive = values["case_sensitive"].flatMap { reader.bool($0) } ?? false
        let allowances = values["allow"].map { PolicyLoader.readAllowances($0, &reader) } ?? []
        guard let node = values["patterns"] else { return }
        var names: Set<String> = []
        var nodes: [YAMLNode] = []
        for item in reader.filledList(node, "the file has no patterns") {
            guard let read = PolicyLoader.readPatternItem(item, &reader) else { continue }
            var pattern = read.pattern
            guard let name = pattern.name else {
                reader.report(.missingKey, "a pattern of a rule file has a `name`", at: item)
                continue
            }
            guard names.insert(name).inserted else {
                reader.report(.duplicateRule, "two patterns have the name `\(name)`", at: item)
                continue
            }
            pattern.isCaseSensitive = pattern.isCaseSensitive ?? isCaseSensitive
            pattern.allowances += allowances
            file.patterns.append(pattern)
            file.trials += read.trials
            nodes.append(read.node)
        }
    }

    /// Tries every pattern on its texts, and tells those that do not come out as the file says.
    ///
    /// - Throws: `PolicyErrors` with a fault for each text, or for a pattern that cannot be compiled.
    package func check() throws(PolicyErrors) {
        var errors: [PolicyError] = []
        do {
            let rule = PatternRule(id: name, action: .flag, patterns: patterns)
            let matcher = try PatternMatcher([rule]) { .distantPast }
            for trial in trials {
                let found = try matcher.patternNames(in: trial.text).contains(trial.pattern)
                guard found != trial.isHit else { continue }
                errors.append(
                    PolicyError(
                        .failedTest,
                        "the pattern `\(trial.pattern)` \(found ? "matches" : "does not match") this text",
                        remedy: "Correct the pattern, or the list that the text stands in",
                        location: SourceLocation(path: path, line: trial.line, column: trial.column)))
            }
        } catch let error as PolicyError {
            errors.append(error)
        } catch {
            errors.append(
                PolicyError(
                    .invalidPattern, "a pattern cannot be compiled: \(error)", location: SourceLocation(path: path)))
        }
        if !errors.isEmpty { throw PolicyErrors(errors: errors) }
    }
}
