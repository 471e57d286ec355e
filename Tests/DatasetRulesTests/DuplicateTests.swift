import DatasetRules
import Moderation
import TestSupport
import Testing

@Suite("Duplicate rows")
struct DuplicateTests {
    private let text =
        "The committee met on the second Tuesday of May to choose a place for the new library beside the old river "
        + "harbour, and after four hours of talk it agreed on nothing but the date of the next meeting in June"

    private func findings(_ rows: [(String, String)], _ change: (inout DuplicateSettings) -> Void = { _ in })
        -> [Finding]
    {
        var settings = DuplicateSettings()
        change(&settings)
        return Sample.findings(.duplicates(settings), Sample.rows(rows))
    }

    @Test("All but the first of equal rows are found, whatever their case and the signs of their sentences")
    func equal() {
        let found = findings([("Hi there", "Hello!"), ("Other", "Row"), ("hi, there", "hello"), ("HI THERE", "Hello")])
        #expect(found.map(\.line) == [3, 4])
        #expect(found.allSatisfy { $0.score == 1 && $0.detail.contains("line 1") })
    }

    @Test("A row with one word changed is found, with the similarity")
    func near() throws {
        let found = findings([(text, "Noted."), (text.replacing("June", with: "July"), "Noted."), ("Else", "No.")])
        #expect(found.map(\.line) == [2])
        let score = try #require(found.first?.score)
        #expect(score > 0.85 && score < 1)
    }

    @Test("The similarity decides")
    func threshold() {
        let words = text.split(separator: " ")
        let changed = words.enumerated().map { $0.offset % 9 == 4 ? "other" : String($0.element) }.joined(
            separator: " ")
        #expect(findings([(text, "Noted."), (changed, "Noted.")]).isEmpty)
        #expect(findings([(text, "Noted."), (changed, "Noted.")]) { $0.similarity = 0.5 }.map(\.line) == [2])
        #expect(findings([(text, "A"), (text + " indeed", "A")]) { $0.similarity = 1 }.isEmpty)
    }

    @Test("Prompts or answers alone can be compared, and the first row can be found too")
    func parts() {
        let rows = [(text, "One answer to it"), (text, "Something else"), ("Another question", "One answer to it")]
        #expect(findings(rows).isEmpty)
        #expect(findings(rows) { $0.on = .prompt }.map(\.line) == [2])
        #expect(findings(rows) { $0.on = .response }.map(\.line) == [3])
        #expect(
            findings(rows) {
                $0.on = .prompt
                $0.keep = .none
            }.map(\.line) == [1, 2])
    }

    @Test("Of random near duplicates at least 98% are found, and nothing else")
    func recall() {
        var generator = SplitMix(state: 4)
        var rows: [(String, String)] = []
        var copies: Set<Int> = []
        for _ in 0..<600 {
            let words = (0..<60).map { _ in "w\(Int.random(in: 0..<5000, using: &generator))" }
            rows.append((words.joined(separator: " "), "Fine."))
            guard Bool.random(using: &generator) else { continue }
            var copy = words
            copy[Int.random(in: 0..<60, using: &generator)] = "changed"
            rows.append((copy.joined(separator: " "), "Fine."))
            copies.insert(rows.count)
        }
        let found = Set(findings(rows).compactMap(\.line))
        #expect(found.isSubset(of: copies))
        #expect(found.count * 100 >= copies.count * 98)
    }
}
