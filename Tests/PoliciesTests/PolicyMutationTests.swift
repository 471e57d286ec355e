import Diagnostics
import Policies
import TestSupport
import Testing

@Suite("Damaged policies")
struct PolicyMutationTests {
    /// A policy with every kind of value; rule files are left out, because each is read and compiled anew.
    private static let original =
        Sample.forgetFilter("method: heads", "false_discovery_rate: 0.1", "seed: 7") + """
              - id: words
                type: pattern
                action: quarantine
                case_sensitive: true
                roles: [user, assistant]
                fields: [response]
                minimum_matches: 2
                distinct: false
                normalize: leet
                minimum_severity: low
                # A comment.
                patterns:
                  - literal: "<|im_start|>"
                  - { name: year, regex: '[0-9]{4}', severity: high, check: number, allow: [{ literal: "2024" }] }
                  - { name: key, word: key, entropy: 1.5, tests: { hits: [key], misses: ["no"] } }
                overrides: [{ pattern: year, action: flag }]
                allow: [{ regex: 'a.*', until: 2099-01-01, reason: "none" }]
              - { id: hidden, type: hidden_characters, action: flag, kinds: [zero_width, tag] }
            """
    @Test(
        "Whatever bytes change, a policy loads or tells its faults with their places", arguments: 0..<4 as Range<UInt64>
    )
    func mutations(seed: UInt64) throws {
        let original = Array(Self.original.utf8)
        let telling = Array("\"'\\{}[]:,-#&*!|>%@\r\n \t?".utf8) + [0x00, 0xFF, 0xC3, 0xED]
        var generator = SplitMix(state: seed)
        var faulty = 0
        for _ in 0..<500 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                let byte =
                    Bool.random(using: &generator)
                    ? telling.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0...255, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
                default:
                    bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...60, using: &generator)))
                }
            }
            do {
                let policy = try PolicyLoader.load(bytes, path: "policy.yaml")
                try #require(policy.ruleCount > 0)
            } catch let error as PolicyErrors {
                faulty += 1
                try #require(!error.errors.isEmpty)
                try #require(error.errors.allSatisfy { $0.location?.path == "policy.yaml" && !$0.annotated.isEmpty })
            }
        }
        #expect(faulty > 100)
    }

    @Test("A policy cut at any byte loads or tells its faults")
    func prefixes() throws {
        let original = Array(Self.original.utf8)
        var loaded = 0
        for count in stride(from: 0, through: original.count, by: 3) {
            do {
                _ = try PolicyLoader.load(Array(original[..<count]), path: "policy.yaml")
                loaded += 1
            } catch {
                try #require(!error.errors.isEmpty)
            }
        }
        #expect(loaded > 0)
    }
}
