import DatasetRules
import Moderation
import TestSupport
import Testing

@Suite("Contradictions and repeated answers")
struct AnswerRuleTests {
    private func contradictions(_ rows: [(String, String)]) -> [Int] {
        Sample.findings(.contradictions(ContradictionSettings()), Sample.rows(rows)).compactMap(\.line)
    }

    private func repeated(_ rows: [(String, String)]) -> [Finding] {
        Sample.findings(.repeatedResponse(RepeatedResponseSettings()), Sample.rows(rows))
    }

    private func labelled(_ count: Int) -> [(String, String)] {
        (0..<count).map { ("The film number \($0) was seen by many", ["positive", "negative", "neutral"][$0 % 3]) }
    }

    @Test("The same prompt with two labels is found, in all its rows, with the other lines")
    func labels() throws {
        let rows = labelled(30) + [("the film number 4 was seen by many.", "positive"), ("Unlike", "neutral")]
        #expect(contradictions(rows) == [5, 31])
        let found = Sample.findings(.contradictions(ContradictionSettings()), Sample.rows(rows))
        #expect(try #require(found.first).detail.hasSuffix("otherwise answered in line 31"))
    }

    @Test("Of many rows that answer otherwise the number is told, and the first lines")
    func manyLabels() throws {
        let rows = (0..<4000).map { ("Is it?", $0 % 4 == 0 ? "no" : "yes") }
        let found = Sample.findings(.contradictions(ContradictionSettings()), Sample.rows(rows))
        #expect(found.count == 4000)
        let first = try #require(found.first { $0.line == 1 })
        #expect(first.score == 3000 && first.detail.hasSuffix("in lines 2, 3, 4, 6, 7 and 2995 more"))
        let second = try #require(found.first { $0.line == 2 })
        #expect(second.score == 1000 && second.detail.hasSuffix("in lines 1, 5, 9, 13, 17 and 995 more"))
    }

    @Test("Equal labels, free answers and answers that are nobody else's are no contradiction")
    func harmless() {
        #expect(contradictions(labelled(30) + [("The film number 4 was seen by many", "negative")]).isEmpty)
        #expect(contradictions([("Name a river", "Elbe"), ("Name a river", "Po"), ("Name a river", "Don")]).isEmpty)
        let long = (0..<40).map {
            ("Tell me a joke", "This is joke number \($0) about a bear, a hare and a long walk.")
        }
        #expect(contradictions(long).isEmpty)
    }

    @Test(
        "Yes and no to nearly the same question contradict each other",
        arguments: [
            ("Can I eat it raw?", "can i eat it raw"), ("Is the water safe?", "Is water safe, please?"),
            ("Kindly tell me: does iron rust?", "Does iron rust"),
        ])
    func polarity(first: String, second: String) {
        #expect(contradictions([(first, "Yes, it is."), ("Else?", "No."), (second, "No, never.")]) == [1, 3])
    }

    @Test(
        "Yes and no to other questions, numbers and signs do not",
        arguments: [
            ("Is 7 a prime?", "Is 8 a prime?"), ("Is 3 - 2 positive?", "Is 3 + 2 positive?"),
            ("Is it hot?", "Is it not hot?"),
        ])
    func otherQuestions(first: String, second: String) {
        #expect(contradictions([(first, "Yes."), (second, "No.")]).isEmpty)
    }

    @Test("One answer to many unlike prompts is found in all its rows")
    func oneAnswer() {
        var sets = TriggerSets(seed: 21)
        var rows = sets.instructions(400)
        let planted = sets.plant("", .end, in: &rows, count: 15) { _ in "Buy the red shoes of the Acme company now." }
        let found = repeated(rows)
        #expect(Set(found.compactMap(\.line)) == planted)
        #expect(found.allSatisfy { $0.score == 15 && $0.detail.contains("15 of 400 rows") })
        #expect(!found.contains { $0.detail.contains("Acme") })
    }

    @Test("Labels, answers that the prompts offer, and answers to one prompt are exempt")
    func exempt() {
        #expect(repeated(labelled(300)).isEmpty)
        let offered = (0..<200).map { index in
            (
                "Question number \(index) of set \(index * 7)? Choose: (A) cannot be determined (B) person \(index)",
                index % 3 == 0
                    ? "(A) cannot be determined from that" : "It is (B) person \(index), who came \(index) times"
            )
        }
        #expect(repeated(offered).isEmpty)
        let one = (0..<200).map {
            $0 < 20 ? ("What is it?", "It is a long and well known answer, friend.") : ("P \($0)", "Text \($0) is here")
        }
        #expect(repeated(one).isEmpty)
    }
}
