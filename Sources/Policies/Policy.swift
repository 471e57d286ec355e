package import DatasetRules
package import ForgetFilter
package import Foundation
package import Moderation
import Storage

/// What an operator wants to be done with datasets: limits, reference sets and rules.
package struct Policy: Sendable {
    /// The policy's own name.
    package var name: String

    /// The policy's own version.
    package var version: String

    /// The file it was read from.
    package var path: String

    /// SHA-256 of the file, lower-case hexadecimal; with rule files, of the digests of all of them.
    package var sha256: String

    /// Tells whether an allowance still holds.
    var clock: @Sendable () -> Date

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

    /// The rules that look for characters which show nothing, in order.
    package var hiddenCharacterRules: [HiddenCharacterRule] = []

    /// All pattern and hidden-character rules, made ready for one pass; `nil` without any.
    package var matcher: PatternMatcher?

    /// The rule for covert text, if the policy has one.
    package var covert: CovertRule?

    /// The rules about the dataset's rows together, in order.
    package var datasetRules: [DatasetRule] = []

    /// Whether every rule judges each row by itself, so that no row's text is needed once it is judged.
    ///
    /// That is so of pattern and hidden-character rules alone: whatever else is a rule keeps the texts.
    package var judgesRowByRow: Bool { patternRules.count + hiddenCharacterRules.count == ruleCount }

    /// The rule files that the pattern rules include, each once, in order of their mention.
    package var ruleFiles: [RuleFile] = []

    /// What stands for the policy and every rule file that it includes: their digests, a line each, digested.
    func digest(ofPolicy digest: String) -> String {
        guard !ruleFiles.isEmpty else { return digest }
        let lines = ([digest] + ruleFiles.map(\.sha256)).map { $0 + "\n" }.joined()
        return Storage.sha256(of: Array(lines.utf8))
    }

    /// How many allowances no longer hold.
    package func expiredAllowances(at date: Date) -> Int {
        let allowances = patternRules.flatMap { $0.allowances + $0.patterns.flatMap(\.allowances) }
        return Set(allowances).count { !$0.holds(at: date) }
    }

    /// Rules in all.
    package var ruleCount: Int {
        patternRules.count + hiddenCharacterRules.count + datasetRules.count + (forgetFilter == nil ? 0 : 1)
            + (covert == nil ? 0 : 1)
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
