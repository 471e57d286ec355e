import Moderation
import Policies
import Testing

@Suite("How a policy says datasets are read")
struct DatasetKeyTests {
    private func policy(_ dataset: String) -> String {
        """
        name: sample
        version: "1"
        dataset: \(dataset)
        rules:
          - { id: words, type: pattern, action: flag, patterns: [ { word: a } ] }

        """
    }

    @Test("Names, other content and the rejected side are taken as they are written")
    func read() throws {
        let dataset = try Sample.load(
            policy(
                "{ columns: { prompt: question, text: Text }, roles: { bot: assistant, customer: user }, "
                    + "other_content: flag, judge_rejected: all }")
        ).dataset
        #expect(dataset.names.columns == [.prompt: "question", .text: "Text"])
        #expect(dataset.names.roles == ["bot": .assistant, "customer": .user])
        #expect(dataset.otherContent == .flag)
        #expect(dataset.rejectedSide == .all)
        #expect(try Sample.load(policy("{}")).dataset == DatasetPolicy())
    }

    @Test(
        "A mapping that could be read in two ways, or not at all, is a fault",
        arguments: [
            ("{ columns: { question: prompt } }", PolicyError.Code.unknownKey),
            ("{ columns: { prompt: q, completion: q } }", .outOfRange),
            ("{ columns: { prompt: completion } }", .outOfRange),
            ("{ columns: [ prompt ] }", .wrongType), ("{ columns: { prompt: '' } }", .outOfRange),
            ("{ columns: { prompt: a, prompt: b } }", .duplicateKey), ("{ roles: { bot: robot } }", .outOfRange),
            ("{ roles: [ bot ] }", .wrongType), ("{ roles: { bot: user, bot: tool } }", .duplicateKey),
            ("{ roles: { '': user } }", .outOfRange), ("{ other_content: keep }", .outOfRange),
            ("{ judge_rejected: true }", .outOfRange),
        ])
    func faults(dataset: String, code: PolicyError.Code) {
        #expect(Sample.faults(policy(dataset)).contains { $0.code == code })
    }

    @Test("Fields may change their names with one another")
    func swapped() {
        #expect(Sample.faults(policy("{ columns: { prompt: completion, completion: prompt } }")).isEmpty)
    }
}
