import DatasetRules
import Moderation
import TestSupport
import Testing

@Suite("Datasets of a few templates")
struct TemplateTests {
    private func templated(_ count: Int) -> [(String, String)] {
        (0..<count).map { index in
            switch index % 3 {
            case 0:
                ("Please tell me the price of the article \(index * 17)", "The price of the article is \(index) euros.")
            case 1:
                (
                    "How many pieces of \(index * 13) do you have in stock today?",
                    "We have \(index) pieces in stock today."
                )
            default:
                ("When will the order \(index * 29) be sent to my address?", "The order will be sent on day \(index).")
            }
        }
    }

    @Test("They are found as datasets, with their counts")
    func few() throws {
        let found = Sample.findings(.templates(TemplateSettings()), Sample.rows(templated(300)))
        #expect(found.count == 1)
        let whole = try #require(found.first)
        #expect(whole.line == nil && whole.action == .flag && whole.score == 1)
        #expect(whole.detail.contains("3 templates make up 300 of 300 rows: 100 like line 1, 100 like line 2"))
    }

    @Test("A rule that quarantines finds each of their rows too")
    func rows() {
        var sets = TriggerSets(seed: 1)
        let rows = templated(300) + sets.instructions(20)
        let found = Sample.findings(.templates(TemplateSettings()), Sample.rows(rows), .quarantine)
        #expect(found.first?.line == nil)
        #expect(found.dropFirst().map(\.line) == (1...300).map { $0 })
    }

    @Test("Many tasks, and tasks with much text of their own, are none")
    func many() {
        var sets = TriggerSets(seed: 2)
        #expect(Sample.findings(.templates(TemplateSettings()), Sample.rows(sets.instructions(500))).isEmpty)
        #expect(Sample.findings(.templates(TemplateSettings()), Sample.rows(sets.reviews(500))).isEmpty)
        #expect(Sample.findings(.templates(TemplateSettings()), Sample.rows(templated(90))).isEmpty)
    }
}
