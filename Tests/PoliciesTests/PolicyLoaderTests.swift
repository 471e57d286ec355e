import Diagnostics
import ForgetFilter
import Moderation
import Policies
import Storage
import TestSupport
import Testing

@Suite("Loading policies")
struct PolicyLoaderTests {
    @Test("The shipped policy loads, and its settings are the defaults")
    func shipped() throws {
        let bytes = try Sample.shipped()
        let policy = try PolicyLoader.load(bytes, path: "policies/default.yaml")
        #expect(policy.name == "default")
        #expect(policy.version == "2")
        #expect(policy.sha256 == sha256(of: bytes))
        #expect(policy.path == "policies/default.yaml")
        #expect(policy.forgetFilter?.settings == ForgetFilterSettings())
        #expect(policy.forgetFilter?.action == .quarantine)
        #expect(policy.dataset.maximumBytes == DatasetPolicy().maximumBytes)
        #expect(policy.dataset.maximumLineBytes == DatasetPolicy().maximumLineBytes)
        #expect(policy.dataset.rejectAboveQuarantinedFraction == 0.8)
        #expect(policy.referencePath == "policies/reference/reference.jsonl")
        #expect(policy.controlPath == "policies/reference/control.jsonl")
        #expect(policy.seedsPath == "policies/reference/seeds.jsonl")
        #expect(policy.patternRules.map(\.id) == ["control-tokens"])
        #expect(policy.ruleCount == 2)
    }

    @Test("The shipped policy writes out every key of its forget_filter rule")
    func shippedKeys() throws {
        let text = String(decoding: try Sample.shipped(), as: UTF8.self)
        for key in ForgetFilterKey.all { #expect(text.contains("\n    \(key.name): "), "\(key.name)") }
    }

    @Test("The shipped policy's control tokens are found, and ordinary brackets are not")
    func shippedPatterns() throws {
        let policy = try PolicyLoader.load(Sample.shipped(), path: "policies/default.yaml")
        for token in ["<|im_start|>", "<|im_end|>", "<|eot_id|>", "[INST]", "[/INST]", "<<SYS>>", "<|fim_suffix|>"] {
            #expect(try Sample.findings(policy, [(.user, "x\(token)y")]).map(\.rule) == ["control-tokens"], "\(token)")
        }
        #expect(try Sample.findings(policy, [(.user, "im_start [inst] I N S T << SYS >> |")]).isEmpty)
    }

    @Test("A rule without keys of its own has the default settings")
    func defaults() throws {
        let policy = try Sample.load(Sample.forgetFilter())
        #expect(policy.forgetFilter?.settings == ForgetFilterSettings())
        #expect(policy.forgetFilter?.id == "forgetting")
        #expect(policy.dataset == DatasetPolicy())
        #expect(policy.matcher == nil)
    }

    /// Every key with a value that is no default, and what it makes of the settings.
    private static let values: [(key: String, value: String, change: @Sendable (inout ForgetFilterSettings) -> Void)] =
        [
            ("method", "forgetting", { $0.method = .forgetting }),
            ("false_discovery_rate", "0.05", { $0.falseDiscoveryRate = 0.05 }),
            ("local_false_discovery_rate", "0", { $0.localFalseDiscoveryRate = 0 }),
            ("forgetting_weight", "0", { $0.forgettingWeight = 0 }),
            ("forgetting_rows", "100", { $0.forgettingRows = 100 }),
            ("when_uncovered", "defer", { $0.whenUncovered = .defer }),
            ("feature_layer", "12", { $0.featureLayer = 12 }),
            ("window_tokens", "32", { $0.windowTokens = 32 }),
            ("prompt_tokens", "100", { $0.promptTokens = 100 }),
            ("score", "rouge-1", { $0.score = .rouge1 }),
            ("score", "likelihood", { $0.score = .likelihood }),
            ("threshold", "-0.25", { $0.threshold = -0.25 }),
            ("layers", "3", { $0.layers = 3 }),
            ("rank", "4", { $0.rank = 4 }),
            ("alpha", "32.5", { $0.alpha = 32.5 }),
            ("align_epochs", "0", { $0.alignEpochs = 0 }),
            ("custom_epochs", "7", { $0.customEpochs = 7 }),
            ("safety_epochs", "9", { $0.safetyEpochs = 9 }),
            ("align_learning_rate", "2e-5", { $0.alignLearningRate = 2e-5 }),
            ("custom_learning_rate", "0.5", { $0.customLearningRate = 0.5 }),
            ("safety_learning_rate", "1", { $0.safetyLearningRate = 1 }),
            ("batch_rows", "+16", { $0.batchRows = 16 }),
            ("response_tokens", "20", { $0.responseTokens = 20 }),
            ("maximum_tokens", "512", { $0.maximumTokens = 512 }),
            ("minimum_examples", "10", { $0.minimumExamples = 10 }),
            ("minimum_reference_examples", "11", { $0.minimumReferenceExamples = 11 }),
            ("seed", "18446744073709551615", { $0.seed = .max }),
        ]

    @Test("Every key reaches its setting and no other", arguments: values.indices)
    func everyKey(index: Int) throws {
        let (key, value, change) = Self.values[index]
        var expected = ForgetFilterSettings()
        change(&expected)
        #expect(expected != ForgetFilterSettings())
        #expect(try Sample.load(Sample.forgetFilter("\(key): \(value)")).forgetFilter?.settings == expected)
    }

    @Test("The table above holds every key")
    func everyKeyTried() {
        // `control_subtraction` needs another key and has a test of its own.
        #expect(Set(Self.values.map(\.key) + ["control_subtraction"]) == Set(ForgetFilterKey.all.map(\.name)))
        #expect(Set(ForgetFilterKey.all.map(\.name)).count == ForgetFilterKey.all.count)
    }

    @Test(
        "Both ends of a range are allowed, and what lies beyond is not",
        arguments: [
            ("false_discovery_rate", "0.0001", "0.5", "0", "0.51"),
            ("local_false_discovery_rate", "0", "0.9", "-0.1", "0.91"), ("feature_layer", "1", "1000", "0", "1001"),
            ("forgetting_weight", "0", "10", "-0.1", "10.1"), ("forgetting_rows", "20", "1000000", "19", "1000001"),
            ("window_tokens", "8", "4096", "7", "4097"), ("prompt_tokens", "8", "4096", "7", "4097"),
            ("threshold", "-100", "100", "-100.1", "100.1"), ("layers", "1", "1000", "0", "1001"),
            ("rank", "1", "256", "0", "257"), ("alpha", "0.001", "10000", "0", "10001"),
            ("align_epochs", "0", "1000", "-1", "1001"), ("custom_epochs", "0", "1000", "-1", "1001"),
            ("safety_epochs", "0", "1000", "-1", "1001"), ("align_learning_rate", "1e-8", "1", "0", "1.1"),
            ("custom_learning_rate", "1e-8", "1", "0", "1.1"), ("safety_learning_rate", "1e-8", "1", "0", "1.1"),
            ("batch_rows", "1", "1024", "0", "1025"), ("response_tokens", "1", "8192", "0", "8193"),
            ("maximum_tokens", "16", "8192", "15", "8193"), ("minimum_examples", "1", "1000000", "0", "1000001"),
            ("minimum_reference_examples", "1", "1000000", "0", "1000001"),
            ("seed", "0", "18446744073709551615", "-1", "18446744073709551616"),
        ])
    func ranges(key: String, least: String, most: String, below: String, above: String) {
        #expect(Sample.faults(Sample.forgetFilter("\(key): \(least)")).isEmpty)
        #expect(Sample.faults(Sample.forgetFilter("\(key): \(most)")).isEmpty)
        #expect(Sample.faults(Sample.forgetFilter("\(key): \(below)")).map(\.code) == [.outOfRange])
        #expect(Sample.faults(Sample.forgetFilter("\(key): \(above)")).map(\.code) == [.outOfRange])
    }

    @Test("Every other key reaches its place")
    func otherKeys() throws {
        let policy = try Sample.load(
            """
            name: Ünïcode name
            version: 1.0
            description: >
              Folded
              text
            reference: { path: safe.jsonl }
            control: { path: plain.jsonl }
            dataset:
              maximum_bytes: 1099511627776
              maximum_line_bytes: 67108864
              reject_when: { quarantined_fraction_above: 0 }
            rules:
              - id: a-1_b
                type: pattern
                action: flag
                case_sensitive: true
                roles: [assistant, tool]
                minimum_matches: 3
                patterns: [{ regex: 'a+b' }, { literal: 'a+b' }, { word: ab }]
              - { id: second, type: pattern, action: quarantine, patterns: [{ word: c }], case_sensitive: false }
            """)
        #expect(policy.name == "Ünïcode name")
        #expect(policy.version == "1.0")
        #expect(policy.referencePath == "safe.jsonl")
        #expect(policy.controlPath == "plain.jsonl")
        var dataset = DatasetPolicy()
        dataset.maximumBytes = 1 << 40
        dataset.maximumLineBytes = 1 << 26
        dataset.rejectAboveQuarantinedFraction = 0
        #expect(policy.dataset == dataset)
        #expect(policy.ruleCount == 2)
        let rule = try #require(policy.patternRules.first)
        #expect(rule.id == "a-1_b")
        #expect(rule.action == .flag)
        #expect(rule.isCaseSensitive)
        #expect(rule.roles == [.assistant, .tool])
        #expect(rule.minimumMatches == 3)
        #expect(rule.patterns.map(\.kind) == [.regex, .literal, .word])
        #expect(rule.patterns.map(\.text) == ["a+b", "a+b", "ab"])
        let second = try #require(policy.patternRules.last)
        #expect(!second.isCaseSensitive)
        #expect(second.roles == Set(Role.allCases))
        #expect(second.minimumMatches == 1)
        #expect(second.action == .quarantine)
    }

    @Test(
        "A relative set starts at the policy's folder, an absolute one stays",
        arguments: [
            ("policy.yaml", "sets/safe.jsonl", "sets/safe.jsonl"),
            ("folder/policy.yaml", "sets/safe.jsonl", "folder/sets/safe.jsonl"),
            ("/etc/lethe/policies/p.yaml", "../safe.jsonl", "/etc/lethe/policies/../safe.jsonl"),
            ("/policy.yaml", "safe.jsonl", "/safe.jsonl"),
            ("folder/policy.yaml", "/srv/safe.jsonl", "/srv/safe.jsonl"),
        ])
    func setPaths(policy: String, written: String, expected: String) throws {
        let text = Sample.forgetFilter().replacing("safe.jsonl", with: written)
            .replacing("control.jsonl", with: written)
            .replacing("version:", with: "seeds: { path: \(written) }\nversion:")
        let loaded = try Sample.load(text, path: policy)
        #expect(loaded.referencePath == expected)
        #expect(loaded.controlPath == expected)
        #expect(loaded.seedsPath == expected)
    }

    @Test("A policy of pattern rules needs no reference set, and CR LF line ends and a byte order mark are fine")
    func patternsOnly() throws {
        let text = Sample.pattern("patterns: [{ word: a }]")
        #expect(try Sample.load(text).forgetFilter == nil)
        #expect(try Sample.load(text.replacing("\n", with: "\r\n")).patternRules.count == 1)
        #expect(try Sample.load("\u{FEFF}" + text).name == "sample")
        #expect(try Sample.load("---\n" + text + "...\n").name == "sample")
    }

    @Test("control_subtraction needs a control set")
    func controlSubtraction() throws {
        let text = Sample.forgetFilter("method: forgetting", "control_subtraction: true")
            .replacing("control: { path: control.jsonl }\n", with: "")
        #expect(Sample.faults(text).map(\.code) == [.missingKey])
        let whole = text.replacing("rules:", with: "control: { path: plain.jsonl }\nrules:")
        #expect(try Sample.load(whole).forgetFilter?.settings.controlSubtraction == true)
        #expect(Sample.faults(text.replacing("subtraction: true", with: "subtraction: false")).isEmpty)
    }

    @Test("A file loads with its own path and hash")
    func fromFile() throws {
        let folder = try TemporaryFolder()
        let text = Sample.forgetFilter("rank: 4")
        let path = try folder.write(text, to: "mine.yaml")
        let policy = try PolicyLoader.load(path)
        #expect(policy.path == path)
        #expect(policy.sha256 == sha256(of: Array(text.utf8)))
        #expect(policy.referencePath == folder.file("safe.jsonl"))
    }
}
