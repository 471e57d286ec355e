import CovertText
import Diagnostics
import Moderation
import Policies
import Testing

@Suite("Covert rules")
struct CovertRuleTests {
    private func policy(_ lines: String...) -> String {
        """
        name: sample
        version: "1"
        rules:
          - id: covert
            type: covert
            action: flag

        """ + lines.map { "    \($0)\n" }.joined()
    }

    @Test("A rule with nothing but an action looks for every family and has its findings judged")
    func defaults() throws {
        let rule = try #require(try Sample.load(policy()).covert)
        #expect(rule.id == "covert" && rule.action == .flag && rule.onDecoded == .judge)
        #expect(rule.settings == CovertSettings())
    }

    @Test("Every key has its effect")
    func keys() throws {
        let text = policy(
            "families: [base64, line-ends]", "minimum_length: 40", "dataset_share: 0.05", "on_decoded: ignore")
        let rule = try #require(try Sample.load(text).covert)
        #expect(rule.settings.families == [.base64, .lineEnds])
        #expect(rule.settings.minimumLength == 40 && rule.settings.datasetShare == 0.05)
        #expect(rule.onDecoded == .ignore)
        #expect(try Sample.load(text).ruleCount == 1)
    }

    @Test(
        "A fault in a key is told at its place",
        arguments: [
            ("families: []", 7), ("families: [base65]", 7), ("families: base64", 7), ("minimum_length: 15", 7),
            ("minimum_length: 1.5", 7), ("dataset_share: 0", 7), ("dataset_share: 1.1", 7), ("on_decoded: maybe", 7),
            ("share: 0.1", 7),
        ])
    func faults(line: String, at number: Int) throws {
        let faults = Sample.faults(policy(line))
        #expect(faults.count == 1)
        #expect(faults.first?.location?.line == number)
    }

    @Test("The documented defaults and ranges are the loader's")
    func documented() throws {
        let rule = try #require(
            try Sample.load(policy("minimum_length: 24", "dataset_share: 0.01", "on_decoded: judge")).covert)
        #expect(rule.settings == CovertSettings())
        for line in ["minimum_length: 16", "minimum_length: 10000", "dataset_share: 0.0001", "dataset_share: 1"] {
            #expect(Sample.faults(policy(line)).isEmpty)
        }
    }

    @Test("A policy has at most one covert rule")
    func single() {
        let text = policy() + "  - id: again\n    type: covert\n    action: flag\n"
        #expect(Sample.faults(text).map(\.code) == [.duplicateRule])
    }
}
