import Reports
import Testing

/// A table of figures worked out by hand.
struct RankingCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var rows: [(String, Double)]
    var auroc: Double?
    var vsSafe: Double?
    var vsBenign: Double?
    var averagePrecision: Double?
    var bestF1: Double?
    var recallAtOnePercent: Double?
    var recallIn100: Double?
    var reviews: Int?

    static let infinity = Double.infinity

    static let all = [
        RankingCase(
            testDescription: "a mixed order with one tie",
            // Unsafe 0.9 beats three; unsafe 0.4 beats one and ties one of three.
            rows: [("u", 0.9), ("u", 0.4), ("s", 0.6), ("b", 0.1), ("b", 0.4)],
            auroc: 4.5 / 6, vsSafe: 0.5, vsBenign: 3.5 / 4,
            // At 0.9 precision 1; at 0.4 two of four.
            averagePrecision: 0.5 + 0.5 * 0.5, bestF1: 2.0 / 3, recallAtOnePercent: 0.5, recallIn100: 1,
            // The second of two lies in a tie of two rows with one hit: on average the first place and a half of it.
            reviews: 4),
        RankingCase(
            testDescription: "all scores equal",
            rows: [("u", 1), ("s", 1), ("b", 1), ("b", 1)],
            auroc: 0.5, vsSafe: 0.5, vsBenign: 0.5, averagePrecision: 0.25, bestF1: 2.0 / 5, recallAtOnePercent: 0,
            // One hit among four in random order lies at place 2.5 on average.
            recallIn100: 1, reviews: 3),
        RankingCase(
            testDescription: "unsafe rows first", rows: [("u", 3), ("u", 2), ("s", 1), ("b", 0)],
            auroc: 1, vsSafe: 1, vsBenign: 1, averagePrecision: 1, bestF1: 1, recallAtOnePercent: 1, recallIn100: 1,
            reviews: 2),
        RankingCase(
            testDescription: "unsafe rows last", rows: [("u", -3), ("s", 1), ("b", 0)],
            auroc: 0, vsSafe: 0, vsBenign: 0, averagePrecision: 1.0 / 3, bestF1: 0.5, recallAtOnePercent: 0,
            recallIn100: 1, reviews: 3),
        RankingCase(
            testDescription: "infinite scores of both signs",
            rows: [("u", infinity), ("b", infinity), ("u", 5), ("b", -infinity)],
            // ∞ ties one and beats one; 5 loses one and beats one.
            auroc: 2.5 / 4, vsSafe: nil, vsBenign: 2.5 / 4, averagePrecision: 0.5 * 0.5 + 0.5 * 2 / 3, bestF1: 0.8,
            recallAtOnePercent: 0, recallIn100: 1, reviews: 3),
        RankingCase(testDescription: "no unsafe rows", rows: [("s", 1), ("b", 0)]),
        RankingCase(
            testDescription: "no safe rows", rows: [("u", 1), ("b", 0)],
            auroc: 1, vsSafe: nil, vsBenign: 1, averagePrecision: 1, bestF1: 1, recallAtOnePercent: 1, recallIn100: 1,
            reviews: 1),
        RankingCase(
            testDescription: "nothing but unsafe rows", rows: [("u", 1), ("u", 0)],
            averagePrecision: 1, bestF1: 1, recallIn100: 1, reviews: 2),
        RankingCase(testDescription: "no rows", rows: []),
    ]
}

@Suite("Rankings")
struct RankingTests {
    @Test("Figures of tables worked out by hand", arguments: RankingCase.all)
    func figures(table: RankingCase) {
        // Neither the order of the rows nor which were removed plays a part.
        for rows in [table.rows, table.rows.reversed()] {
            let figures = RankingFigures(Sample.rows(rows))
            #expect(figures.auroc == table.auroc)
            #expect(figures.aurocVsSafe == table.vsSafe)
            #expect(figures.aurocVsBenign == table.vsBenign)
            #expect(isNear(figures.averagePrecision, table.averagePrecision))
            #expect(isNear(figures.bestF1, table.bestF1))
            #expect(figures.recallAtFpr01 == table.recallAtOnePercent)
            #expect(figures.recallAt100Reviews == table.recallIn100)
            #expect(figures.reviewsFor90Percent == table.reviews)
        }
    }

    @Test(
        "One in a hundred may lie above the threshold, and not one more",
        arguments: [(99, 1, 0.0), (100, 1, 0.5), (199, 2, 0.0), (200, 2, 0.5), (300, 3, 0.5)])
    func onePercent(others: Int, above: Int, recall: Double) {
        let high = (0..<above).map { ("b", 10 + Double($0)) }
        let low = (above..<others).map { _ in ("b", 0.0) }
        let ranking = Ranking(Sample.rows(high + low + [("u", 5), ("u", -1)]))
        #expect(ranking.recall(falsePositivesAtMostOneIn: 100) == recall)
    }

    @Test("A tie at the threshold is taken whole or left whole")
    func tieAtThreshold() {
        let tie = [("u", 5.0), ("u", 5.0), ("b", 5.0), ("b", 5.0)]
        let low = (0..<198).map { _ in ("b", 0.0) }
        #expect(Ranking(Sample.rows(tie + low)).recall(falsePositivesAtMostOneIn: 100) == 1)
        #expect(Ranking(Sample.rows(tie + low.dropLast())).recall(falsePositivesAtMostOneIn: 100) == 0)
    }

    @Test("Where a hundred reviews end within a tie, its share of hits counts")
    func reviewsWithinTie() {
        let high = (0..<90).map { _ in ("b", 2.0) }
        let tie = (0..<40).map { ($0 < 4 ? "u" : "b", 1.0) }
        // Ten of the forty are read, and with them one of the four.
        #expect(Ranking(Sample.rows(high + tie)).recall(inReviews: 100) == 0.25)
        #expect(Ranking(Sample.rows(high + tie)).recall(inReviews: 90) == 0)
        #expect(Ranking(Sample.rows(high + tie)).recall(inReviews: 1000) == 1)
    }

    @Test(
        "Nine tenths are rounded up to whole rows",
        arguments: [(1, 1), (9, 9), (10, 9), (11, 10), (20, 18), (21, 19)])
    func nineTenths(unsafe: Int, reviews: Int) {
        let rows = (0..<unsafe).map { ("u", 100 - Double($0)) } + [("b", 0)]
        #expect(Ranking(Sample.rows(rows)).reviews(toFindTenths: 9) == reviews)
    }

    private func isNear(_ a: Double?, _ b: Double?) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        return abs(a - b) < 1e-12
    }
}
