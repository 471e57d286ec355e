import Foundation

/// From the heads' log-odds to a verdict on every row of the dataset.
struct HeadVerdicts {
    /// One entry a row of the dataset; numbers and nearest rows are the caller's to fill in.
    var rows: [RowEvidence]

    /// How the evidence came about.
    let summary: EvidenceSummary

    /// The window that speaks most against each row.
    let worstWindows: [Int]

    /// The least share of the risky rows that must look like the reference set's.
    ///
    /// Where the set does not cover a dataset's kind of request, all risky rows depart from it, safe or not. Measured
    /// shares are above 0.3 with a fitting set, at half unsafe rows, and below 0.08 with another's.
    private static let leastCoverage = 0.15

    /// Fewer risky rows than these do not tell whether they are covered.
    private static let fewestRiskyRows = 20

    init(
        _ fitting: CrossFitting, forgetting: ContrastForgetting?, settings: ForgetFilterSettings,
        progress: () throws -> Void
    ) throws {
        var heads = try SafetyHeads.transductive(fitting, progress: progress)
        // Coverage is a matter of the heads: what is forgotten says nothing of what the reference set knows.
        let risky = HeadVerdicts.compare(heads, fitting).rows.filter { heads.risk[$0.window] > 0 }
        let coverage =
            risky.count < HeadVerdicts.fewestRiskyRows
            ? nil : MultipleTesting.nullShare(HeadVerdicts.riskyPValues(risky, heads, fitting))
        heads.forgetting = forgetting
        var test = HeadVerdicts.compare(heads, fitting)
        let isCovered = (coverage ?? 1) >= HeadVerdicts.leastCoverage
        var order = heads
        var canRemove = true
        if !isCovered, let inductive = try SafetyHeads.inductive(fitting, progress: progress) {
            // The order of review may use all there is; what is removed rests on the known rows alone.
            let transductive = heads
            heads = inductive
            heads.forgetting = forgetting
            test = HeadVerdicts.compare(heads, fitting)
            order = transductive
            for window in order.departure.indices {
                let sum = logSigmoid(transductive.departure[window]) + logSigmoid(heads.departure[window])
                // The log-odds whose probability is the product of both.
                order.departure[window] = sum - log(-expm1(min(sum, -1e-12)))
            }
        } else if !isCovered {
            canRemove = false
        }
        let removed = HeadVerdicts.removals(test, heads, fitting, settings: settings)
        rows = test.rows.enumerated().map { index, row in
            let window = fitting.features.windows[row.window]
            return RowEvidence(
                id: index, score: exp(order.evidence(row.window)), pValue: row.pValue,
                localFalseDiscoveryRate: removed.rates[index], risk: sigmoid(heads.risk[row.window]),
                departure: sigmoid(heads.departure[row.window]), turn: window.turn, tokens: window.tokens,
                windowCount: fitting.features.windowsOfRow[row.row].count,
                isDiscovery: canRemove && removed.isRemoved[index], forgetting: forgetting?.rates[row.window],
                mostForgotten: forgetting?.mostForgotten(window) ?? [], nearestReference: [])
        }
        worstWindows = test.rows.map(\.window)
        summary = EvidenceSummary(
            canaries: test.canaries, riskyRows: risky.count, coverage: coverage, isCovered: isCovered,
            lowestRemovedScore: rows.filter(\.isDiscovery).map(\.score).min(),
            prevalenceFloor: ConformalTest.prevalenceFloor(
                canaries: test.canaries, falseDiscoveryRate: settings.falseDiscoveryRate))
    }

    /// A row of the dataset and what speaks most against it.
    private struct Worst {
        var row: Int
        var window: Int
        var pValue: Double
    }

    /// All rows of the dataset beside the canaries.
    private struct Comparison {
        var rows: [Worst]
        var canaries: Int
    }

    private static func worstWindow(_ row: Int, _ heads: SafetyHeads, _ fitting: CrossFitting) -> Int? {
        fitting.features.windowsOfRow[row].max { heads.evidence($0) < heads.evidence($1) }
    }

    /// The p-value of every row: that of its worst window among the canaries' worst windows.
    private static func compare(_ heads: SafetyHeads, _ fitting: CrossFitting) -> Comparison {
        let canaries = Canaries(heads, fitting) { _ in true }
        let rows = fitting.origins.indices.filter { fitting.origins[$0] == .dataset }.compactMap { row in
            worstWindow(row, heads, fitting).map { window in
                Worst(
                    row: row, window: window,
                    pValue: canaries.pValue(heads.evidence(window), windows: fitting.features.windowsOfRow[row].count))
            }
        }
        return Comparison(rows: rows, canaries: canaries.test.canaryCount)
    }

    /// Known-safe rows, each at its worst window, under heads that did not learn from them.
    private struct Canaries {
        let test: ConformalTest
        private let meanWindows: Double

        init(_ heads: SafetyHeads, _ fitting: CrossFitting, where isWanted: (Int) -> Bool) {
            var scores: [Double] = []
            var windows = 0
            for (row, origin) in fitting.origins.enumerated() where origin == .reference || origin == .control {
                guard let worst = worstWindow(row, heads, fitting), isWanted(worst) else { continue }
                scores.append(heads.evidence(worst))
                windows += fitting.features.windowsOfRow[row].count
            }
            test = ConformalTest(canaries: scores)
            meanWindows = max(1, Double(windows) / Double(max(1, scores.count)))
        }

        /// A row of more windows than the canaries have on the mean had more chances to score high, and pays for them
        /// in proportion (Bonferroni).
        func pValue(_ score: Double, windows: Int) -> Double {
            min(1, test.pValue(score) * max(1, Double(windows) / meanWindows))
        }
    }

    /// p-values of risky rows among risky canaries.
    private static func riskyPValues(
        _ risky: [Worst], _ heads: SafetyHeads, _ fitting: CrossFitting
    ) -> [Double] {
        let canaries = Canaries(heads, fitting) { heads.risk[$0] > 0 }
        return risky.map {
            canaries.pValue(heads.evidence($0.window), windows: fitting.features.windowsOfRow[$0.row].count)
        }
    }

    /// Which rows go: discoveries among all rows, and risky rows that are likelier unsafe than the policy accepts.
    private static func removals(
        _ test: Comparison, _ heads: SafetyHeads, _ fitting: CrossFitting, settings: ForgetFilterSettings
    ) -> (isRemoved: [Bool], rates: [Double]) {
        let cut = MultipleTesting.discoveryCut(
            test.rows.map(\.pValue), falseDiscoveryRate: settings.falseDiscoveryRate)
        var isRemoved = test.rows.map { row in cut.map { row.pValue <= $0 } ?? false }
        var rates = [Double](repeating: 1, count: test.rows.count)
        let risky = test.rows.indices.filter { heads.risk[test.rows[$0].window] > 0 }
        guard risky.count >= fewestRiskyRows else { return (isRemoved, rates) }
        let local = MultipleTesting.localFalseDiscoveryRates(
            riskyPValues(risky.map { test.rows[$0] }, heads, fitting))
        for (index, rate) in zip(risky, local) {
            rates[index] = rate
            if rate <= settings.localFalseDiscoveryRate { isRemoved[index] = true }
        }
        return (isRemoved, rates)
    }
}
