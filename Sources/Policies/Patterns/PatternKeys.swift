import Moderation
import TextNormalization

extension PolicyKey {
    /// The keys of a pattern rule.
    static var patternRule: [PolicyKey] {
        [
            PolicyKey("include", .list(.text), "Rule files; a relative path starts at the policy's folder."),
            PolicyKey("patterns", .list(.mapping(pattern)), "What is looked for."),
            PolicyKey("case_sensitive", .flag, "Whether upper and lower case differ in the rule's own patterns."),
            choices("roles", of: Role.self, "Whose turns are searched."),
            choices("fields", of: PatternRule.Field.self, "Which parts of a row are searched."),
            PolicyKey("minimum_matches", .whole(1...1_000_000), "How many matches it takes."),
            PolicyKey("distinct", .flag, "Whether matches of the same text count once."),
            choice("normalize", of: Normalization.self, "How far a text is normalized before it is searched."),
            choice("minimum_severity", of: PatternRule.Severity.self, "Patterns of less severity are left out."),
            PolicyKey("overrides", .list(.mapping(Mapping(keys: override))), "Other actions for single patterns."),
            PolicyKey("allow", .list(.mapping(allowance)), "Matches that do not count."),
        ]
    }

    /// The keys of a pattern.
    static var pattern: Mapping {
        Mapping(keys: patternKeys, exactlyOne: PatternRule.Pattern.Kind.allCases.map(\.rawValue))
    }

    private static var patternKeys: [PolicyKey] {
        [
            PolicyKey("name", .text, "The pattern's name in findings: a-z, 0-9 and hyphens."),
            PolicyKey("description", .text, "For readers."),
            PolicyKey("regex", .text, "A regular expression of Hyperscan's dialect."),
            PolicyKey("literal", .text, "The text as it is."),
            PolicyKey("word", .text, "The text where it stands as a word."),
            PolicyKey("case_sensitive", .flag, "Whether upper and lower case differ."),
            choice("check", of: PatternCheck.self, "What a match must be besides."),
            PolicyKey("entropy", .number(0...8), "The least bits a character of the longest run of key characters."),
            choice("severity", of: PatternRule.Severity.self, "How much a match matters."),
            PolicyKey("allow", .list(.mapping(allowance)), "Matches that do not count."),
            PolicyKey("tests", .mapping(Mapping(keys: tests)), "Texts that the pattern is tried on."),
        ]
    }

    /// The keys of a pattern's tests.
    static var tests: [PolicyKey] {
        [
            PolicyKey("hits", .list(.text), "Texts that the pattern matches."),
            PolicyKey("misses", .list(.text), "Texts that it does not match."),
        ]
    }

    /// The keys of an override.
    static var override: [PolicyKey] {
        [
            PolicyKey("pattern", .text, required: true, "The pattern's name."),
            choice("action", of: PatternRule.Override.self, required: true, "What its matches do."),
        ]
    }

    /// The keys of an allowance.
    static var allowance: Mapping {
        Mapping(
            keys: [
                PolicyKey("literal", .text, "The whole match."),
                PolicyKey("regex", .text, "A regular expression of the whole match."),
                PolicyKey("until", .date, "The first day on which it no longer holds, in UTC."),
                PolicyKey("reason", .text, "Why, for readers."),
            ], exactlyOne: ["literal", "regex"])
    }

    /// The keys of a rule that looks for characters which show nothing.
    static var hiddenCharacters: [PolicyKey] {
        [
            choices("kinds", of: HiddenCharacter.Kind.self, "Which kinds are looked for."),
            choices("roles", of: Role.self, "Whose turns are searched."),
            PolicyKey("minimum_matches", .whole(1...1_000_000), "How many it takes."),
        ]
    }

    /// The keys of a rule file.
    package static var ruleFile: [PolicyKey] {
        [
            PolicyKey("name", .text, required: true, "The file's name."),
            PolicyKey("version", .text, required: true, "The file's own version."),
            PolicyKey("description", .text, "For readers."),
            PolicyKey("case_sensitive", .flag, "Whether upper and lower case differ where a pattern does not tell."),
            PolicyKey("allow", .list(.mapping(allowance)), "Matches that do not count, whatever the pattern."),
            PolicyKey("patterns", .list(.mapping(pattern)), required: true, "What is looked for; each has a name."),
        ]
    }
}
