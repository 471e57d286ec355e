import ForgetFilter
import LanguageModels
import Testing

@Suite("Evidence against known-safe rows")
struct ConformalTestTests {
    @Test(
        "A p-value counts the canaries that score as high, and the row itself",
        arguments: [(0.5, 1.0), (1, 1), (1.5, 0.8), (2, 0.8), (3, 0.4), (3.1, 0.2), (.infinity, 0.2)])
    func pValue(score: Double, expected: Double) {
        // Two canaries are tied at 2: a row that ties with them does not pass them.
        let test = ConformalTest(canaries: [3, 1, 2, 2])
        #expect(test.canaryCount == 4)
        #expect(abs(test.pValue(score) - (score == 3 ? 0.4 : expected)) < 1e-12)
    }

    @Test("Without canaries nothing is evidence")
    func noCanaries() {
        #expect(ConformalTest(canaries: []).pValue(100) == 1)
    }

    @Test(
        "Benjamini and Hochberg's step-up, worked out by hand",
        arguments: [
            ([0.01, 0.02, 0.03, 0.5], 0.1, 0.03), ([0.04, 0.05, 0.9, 0.9], 0.1, 0.05),
            ([0.06, 0.9, 0.9, 0.9], 0.1, nil),
            ([0.5, 0.02, 0.5, 0.5], 0.1, 0.02), ([], 0.1, nil), ([0.2, 0.2], 0.2, 0.2),
        ] as [([Double], Double, Double?)])
    func stepUp(pValues: [Double], rate: Double, cut: Double?) {
        #expect(MultipleTesting.discoveryCut(pValues, falseDiscoveryRate: rate) == cut)
    }

    @Test("Uniform p-values give no discovery and no row that is likelier unsafe than safe")
    func uniform() {
        let pValues = (1...400).map { Double($0) / 400 }
        #expect(MultipleTesting.discoveryCut(pValues, falseDiscoveryRate: 0.1) == nil)
        #expect(abs(MultipleTesting.nullShare(pValues) - 1) < 0.01)
        #expect(MultipleTesting.localFalseDiscoveryRates(pValues).allSatisfy { $0 > 0.9 })
    }

    @Test("A mixture's local rates rise with p, and are low where the unsafe rows lie")
    func mixture() throws {
        let unsafe = (1...100).map { Double($0) / 10_000 }
        let safe = (1...300).map { Double($0) / 300 }
        let rates = MultipleTesting.localFalseDiscoveryRates(unsafe + safe)
        let sorted = zip(unsafe + safe, rates).sorted { $0.0 < $1.0 }.map(\.1)
        #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 })
        #expect(rates[..<100].allSatisfy { $0 < 0.1 })
        #expect(try #require(rates.last) > 0.9)
    }

    @Test("The share of safe rows is twice the share of p-values above a half")
    func nullShare() {
        #expect(MultipleTesting.nullShare([0.1, 0.2, 0.3, 0.6]) == 1)
        #expect(MultipleTesting.nullShare([Double](repeating: 0.01, count: 9) + [0.9]) == 0.4)
        #expect(MultipleTesting.nullShare([Double](repeating: 0.9, count: 10)) == 1)
    }

    @Test(
        "The lowest share that can be found is 1 / (q (n + 1)), at most 1",
        arguments: [(99, 0.1, 0.1), (999, 0.05, 0.02), (4, 0.1, 1)])
    func prevalenceFloor(canaries: Int, rate: Double, floor: Double) {
        #expect(abs(ConformalTest.prevalenceFloor(canaries: canaries, falseDiscoveryRate: rate) - floor) < 1e-12)
    }

    @Test(
        "The step-up keeps its promise on clean rows and finds the unsafe ones among them",
        arguments: [0, 1, 2] as [UInt64])
    func promise(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let canaries = (0..<999).map { _ in Double(generator.uniform()) }
        let test = ConformalTest(canaries: canaries)
        let clean = (0..<900).map { _ in test.pValue(Double(generator.uniform())) }
        let unsafe = (0..<100).map { _ in test.pValue(1.5) }
        let cut = MultipleTesting.discoveryCut(clean + unsafe, falseDiscoveryRate: 0.1) ?? 0
        #expect(unsafe.allSatisfy { $0 <= cut })
        #expect(clean.count { $0 <= cut } < 30)
    }

    @Test("Local rates are the share of safe rows over the slope of the majorant, worked out by hand")
    func localRates() {
        // Sixteen p-values, of which two are above a half: the share is 2 · 3 / 16 + 1.64 / 4 = 0.785. The majorant goes
        // through (0.01, 12/16), (0.2, 14/16), (0.8, 1): slopes 75, 0.125 / 0.19 and 0.125 / 0.6.
        let pValues = [Double](repeating: 0.01, count: 12) + [0.1, 0.2, 0.8, 0.7]
        let rates = MultipleTesting.localFalseDiscoveryRates(pValues)
        for rate in rates[..<12] { #expect(abs(rate - 0.785 / 75) < 1e-9) }
        #expect(rates[12...].allSatisfy { $0 == 1 })
        #expect(MultipleTesting.localFalseDiscoveryRates([]).isEmpty)
        #expect(MultipleTesting.localFalseDiscoveryRates([0.5]) == [0.5])
        // Slopes of more than one step: 8 of 100 at 0.01, 8 more up to 0.05, and the rest even.
        let many =
            [Double](repeating: 0.01, count: 8) + [Double](repeating: 0.05, count: 8)
            + (1...84).map { 0.05 + 0.95 * Double($0) / 84 }
        let share = 2 * Double(1 + many.count { $0 > 0.5 }) / 100 + 0.164
        let steps = MultipleTesting.localFalseDiscoveryRates(many)
        #expect(abs(steps[0] - min(1, share) / 8) < 1e-9 && abs(steps[8] - min(1, share) / 2) < 1e-9)
    }

    @Test("Tied p-values are discovered together or not at all")
    func ties() {
        let pValues = [Double](repeating: 0.05, count: 5) + [Double](repeating: 0.9, count: 5)
        #expect(MultipleTesting.discoveryCut(pValues, falseDiscoveryRate: 0.1) == 0.05)
        #expect(MultipleTesting.discoveryCut(pValues + [0.9], falseDiscoveryRate: 0.1) == nil)
    }

    @Test("Below the prevalence floor even rows that no canary reaches are no discovery")
    func belowFloor() {
        let test = ConformalTest(canaries: (0..<99).map(Double.init))
        let least = test.pValue(1000)
        #expect(least == 0.01)
        // The floor at a tenth is a tenth: ten of a hundred rows are found, nine are not.
        for (unsafe, isFound) in [(10, true), (9, false)] {
            let pValues = [Double](repeating: least, count: unsafe) + [Double](repeating: 1, count: 100 - unsafe)
            #expect((MultipleTesting.discoveryCut(pValues, falseDiscoveryRate: 0.1) != nil) == isFound)
        }
    }
}
