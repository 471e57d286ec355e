import Foundation
import Policies
import Testing

@Suite("The shipped rule files")
struct RuleFileTests {
    static let names = ["control-tokens", "links", "personal-data", "secrets"]

    private func load(_ name: String) throws -> RuleFile {
        try RuleFile.load(Sample.root.appendingPathComponent("policies/rules/\(name).yaml").path)
    }

    @Test("Every pattern matches its hits and none of its misses", arguments: names)
    func trials(name: String) throws {
        try load(name).check()
    }

    @Test("Every pattern has a name, at least one hit and at least one miss", arguments: names)
    func complete(name: String) throws {
        let file = try load(name)
        #expect(file.name == name)
        for pattern in file.patterns {
            let own = file.trials.filter { $0.pattern == pattern.name }
            #expect(own.contains(where: \.isHit) && own.contains { !$0.isHit }, "\(pattern.name ?? "")")
        }
    }

    @Test("There are more than forty kinds of secrets")
    func secrets() throws {
        #expect(try load("secrets").patterns.count >= 40)
    }

    @Test("No text of the files looks like a secret to another scanner: what imitates one is split")
    func split() throws {
        let file = try load("secrets")
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        for trial in file.trials where trial.isHit { #expect(!text.contains(trial.text), "\(trial.pattern)") }
    }
}
