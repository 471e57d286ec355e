package import DatasetRules
package import ForgetFilter
package import Moderation

/// What an operator wants to be done with datasets: limits, reference sets and rules.
package struct Policy: Sendable {
    /// The policy's own name.
    package var name: String

    /// The policy's own version.
    package var version: String

    /// The file it was read from.
    package var path: String

    /// SHA-256 of the file, lower-case hexadecimal.
    package var sha256: String

    /// Whether the policy's rules remove rows.
    package enum Mode: String, Sendable, CaseIterable {
        /// They do.
        case enforce

        /// Their findings are recorded as flags; only lines that are no rows are removed.
        case shadow
    }

    /// Whether the rules remove rows.
    package var mode = Mode.enforce

    /// Limits of a dataset.
    package var dataset = DatasetPolicy()

    /// The path of the reference set (the paper's D_safe), if the policy names one.
    package var referencePath: String?

    /// The path of the control set: ordinary rows, which calibrate.
    package var controlPath: String?

    /// The path of an operator's labelled rows, which strengthen the heads.
    package var seedsPath: String?

    /// The ForgetFilter rule, if the policy has one.
    package var forgetFilter: ForgetFilterRule?

    /// The pattern rules, in order.
    package var patternRules: [PatternRule] = []

    /// All pattern rules compiled for one pass; `nil` without any.
    package var matcher: PatternMatcher?

    /// The rule for covert text, if the policy has one.
    package var covert: CovertRule?

    /// The rules about the dataset's rows together, in order.
    package var datasetRules: [DatasetRule] = []

    /// Whether every rule judges each row by itself, so that no row's text is needed once it is judged.
    ///
    /// That is so of pattern rules alone: whatever else is a rule keeps the texts.
    package var judgesRowByRow: Bool { patternRules.count == ruleCount }

    /// Rules in all.
    package var ruleCount: Int {
        patternRules.count + datasetRules.count + (forgetFilter == nil ? 0 : 1) + (covert == nil ? 0 : 1)
    }
}

/// A policy's limits of a dataset.
package struct DatasetPolicy: Sendable, Hashable {
    /// The largest file, in bytes.
    package var maximumBytes = 4 << 30

    /// The longest line, in bytes.
    package var maximumLineBytes = 1 << 20

    /// The dataset is rejected when more than this share of its lines is quarantined.
    package var rejectAboveQuarantinedFraction: Double?

    /// What the customer calls fields and roles.
    package var names = RowNames()

    /// What becomes of a row with parts that are no text.
    package var otherContent = Action.quarantine

    /// Which rules judge the rejected side of a preference pair.
    package enum RejectedSide: String, Sendable, CaseIterable {
        /// Those that look for what may stand nowhere, such as patterns.
        ///
        /// The rejected side is meant to be bad: a model that judges it finds what the pair is there to teach. Where
        /// somebody swapped the sides, the bad one is the chosen one, which every rule judges.
        case patterns

        /// All.
        case all
    }

    /// Which rules judge the rejected side of a preference pair; every rule judges the chosen one.
    package var rejectedSide = RejectedSide.patterns

    /// Creates the default limits.
    package init() {}
}

/// A rule that scores rows by forgetting.
package struct ForgetFilterRule: Sendable, Hashable {
    /// The rule's id.
    package var id: String

    /// What a match does.
    package var action: Action

    /// How rows are trained on and scored.
    package var settings: ForgetFilterSettings
}

/// A rule that looks for patterns in what is said.
package struct PatternRule: Sendable, Hashable {
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

        /// The expression that Hyperscan compiles; whether a word stands alone is looked at after a match.
        var expression: String {
            guard kind != .regex else { return text }
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

    /// Matches that it takes.
    package var minimumMatches = 1
}
