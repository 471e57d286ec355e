package import Foundation
package import Moderation
package import TextNormalization

/// A rule that looks for patterns in what is said.
package struct PatternRule: Sendable, Hashable {
    /// A part of an example.
    package enum Field: String, Sendable, Hashable, CaseIterable {
        /// What stands before the assistant's last turn.
        case prompt

        /// The assistant's last turn, and what may follow it.
        case response
    }

    /// How much a match matters.
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        case low
        case medium
        case high
    }

    /// What an override makes of a pattern.
    package enum Override: String, Sendable, Hashable, CaseIterable {
        case quarantine
        case flag
        /// Its matches do not count.
        case ignore
    }

    /// One pattern and how it is read.
    package struct Pattern: Sendable, Hashable {
        /// How the text is read.
        package enum Kind: String, Sendable, CaseIterable {
            /// A regular expression of Hyperscan's dialect.
            case regex

            /// The text itself.
            case literal

            /// The text itself, neither preceded nor followed by a letter, mark, number or underscore of any script.
            case word
        }

        /// How the text is read.
        package var kind: Kind

        /// The pattern as the policy writes it.
        package var text: String

        /// Its name, where it has one.
        package var name: String?

        /// Whether upper and lower case differ; `nil` leaves it to the rule.
        package var isCaseSensitive: Bool?

        /// What a match must be besides.
        package var check: PatternCheck?

        /// The least entropy of a match, in bits a character.
        package var minimumEntropy: Double?

        /// How much a match matters.
        package var severity = Severity.medium

        /// Matches that do not count.
        package var allowances: [Allowance] = []

        /// The action of its matches, where it is not the rule's.
        package var action: Action?

        /// The expression that Hyperscan compiles; whether a word stands alone is looked at after a match.
        var expression: String { kind == .regex ? text : Self.escaped(text) }

        static func escaped(_ text: String) -> String {
            var expression = String.UnicodeScalarView()
            // By scalars: a bracket with a combining mark is one character, and yet a bracket to Hyperscan.
            for scalar in text.unicodeScalars {
                if "\\^$.|?*+()[]{}#/-\" ".unicodeScalars.contains(scalar) { expression.append("\\") }
                expression.append(scalar)
            }
            return String(expression)
        }
    }

    /// The rule's id.
    package var id: String

    /// What a match does.
    package var action: Action

    /// What is looked for.
    package var patterns: [Pattern]

    /// Whether upper and lower case differ.
    package var isCaseSensitive = false

    /// Whose turns are searched.
    package var roles = Set(Role.allCases)

    /// Which parts of an example are searched.
    package var fields = Set(Field.allCases)

    /// Matches that it takes.
    package var minimumMatches = 1

    /// Whether matches of the same text count once.
    package var isDistinct = false

    /// How far a text is normalized before it is searched.
    package var normalization = Normalization.unicode

    /// Matches that do not count.
    package var allowances: [Allowance] = []
}

/// Matches that do not count, for as long as that holds.
package struct Allowance: Sendable, Hashable {
    /// Whether `text` is a regular expression.
    package var isRegex: Bool

    /// What the whole match is, or an expression of it.
    package var text: String

    /// The beginning of the first day on which it no longer holds, in UTC.
    package var until: Date?

    /// Whether it holds.
    package func holds(at date: Date) -> Bool { until.map { date < $0 } ?? true }
}

/// A rule that looks for characters which show nothing, where no script needs them.
package struct HiddenCharacterRule: Sendable, Hashable {
    /// The rule's id.
    package var id: String

    /// What a match does.
    package var action: Action

    /// Which kinds are looked for.
    package var kinds = Set(HiddenCharacter.Kind.allCases)

    /// Whose turns are searched.
    package var roles = Set(Role.allCases)

    /// How many it takes.
    package var minimumMatches = 1
}
