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
}
