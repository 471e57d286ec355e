import ForgetFilter
import Foundation
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
        // The kernel takes the edge of what stands apart for a little safer than its middle.
        #expect(rates[..<50].allSatisfy { $0 < 0.1 } && rates[..<100].allSatisfy { $0 < 0.2 })
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

    @Test("Where all p-values are one, the rate is the share over the ratio of two kernels, worked out by hand")
    func localRate() {
        // 400 rows at p = 0.00135 (z = −3.0) and 400 at 0.5 (z = 0): around −3 the density is half a kernel of width 0.3,
        // that of safe rows a normal one of variance 1.09; the share is 2 · 1 / 800.
        let pValues = [Double](repeating: 0.001349898, count: 400) + [Double](repeating: 0.5, count: 400)
        let rates = MultipleTesting.localFalseDiscoveryRates(pValues)
        let kernel = 0.5 / (0.3 * (2 * Double.pi).squareRoot())
        let safe = exp(-9 / 2.18) / (2 * Double.pi * 1.09).squareRoot()
        // The ratio is highest at the lower end of the scale, where it is pooled: the rate is at most this.
        #expect(rates[0] <= 2.0 / 800 / (kernel / safe) && rates[0] > 0)
        #expect(rates[400...].allSatisfy { $0 > rates[0] })
        #expect(MultipleTesting.localFalseDiscoveryRates([]).isEmpty)
        #expect(MultipleTesting.localFalseDiscoveryRates([0.5])[0] <= 1)
    }

    @Test(
        "The rates of rows that are drawn from a known mixture are what the mixture says",
        arguments: [0, 1, 2] as [UInt64])
    func localRates(seed: UInt64) {
        // 70 % of the rows are safe, the p-values of the others have the density 6(1 − p)⁵.
        var generator = SeededGenerator(seed: seed)
        let pValues = (0..<4000).map { index in
            let uniform = Double(generator.uniform())
            return max(1e-3, index % 10 < 7 ? uniform : 1 - pow(1 - uniform, 1.0 / 6))
        }
        for (pValue, rate) in zip(pValues, MultipleTesting.localFalseDiscoveryRates(pValues))
        where (0.01...0.6).contains(pValue) {
            let truth = 0.7 / (0.7 + 0.3 * 6 * pow(1 - pValue, 5))
            #expect(abs(rate - truth) < 0.12)
        }
    }

    @Test("A few rows more or less change no rate by much", arguments: [0, 1, 2] as [UInt64])
    func steady(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pValues = (0..<300).map { index in
            let uniform = Double(generator.uniform())
            return max(1e-3, index % 2 == 0 ? uniform : uniform * uniform * uniform)
        }
        let all = MultipleTesting.localFalseDiscoveryRates(pValues)
        for (a, b) in zip(all, MultipleTesting.localFalseDiscoveryRates(Array(pValues.dropLast(10)))) {
            #expect(abs(a - b) < 0.12)
        }
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
