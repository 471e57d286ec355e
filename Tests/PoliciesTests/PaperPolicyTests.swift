import ForgetFilter
import Foundation
import Policies
import Testing

@Suite("The paper's policy")
struct PaperPolicyTests {
    @Test("policies/paper.yaml forgets as the paper does, by the reference rows that are shipped")
    func settings() throws {
        let policy = try PolicyLoader.load(Sample.root.appendingPathComponent("policies/paper.yaml").path)
        let settings = try #require(policy.forgetFilter?.settings)
        #expect(policy.name == "paper" && policy.ruleCount == 1)
        #expect(settings.method == .forgetting && settings.score == .rouge1 && settings.threshold == 0.1)
        #expect(settings.rank == 8 && settings.alpha == 16 && settings.safetyEpochs == 5)
        #expect(!settings.controlSubtraction && policy.controlPath == nil)
        #expect(FileManager.default.fileExists(atPath: try #require(policy.referencePath)))
    }
}
