/// Compares scores with those of rows that are known to be safe.
///
/// Conformal p-values and their use for outliers: Bates, Candès, Lei, Romano and Sesia, *Testing for outliers with
/// conformal p-values*, Annals of Statistics 51 (2023), section 2.
package struct ConformalTest: Sendable {
    private let null: [Double]

    /// Scores of the known-safe rows (the canaries), in any order.
    package init(canaries: [Double]) {
        null = canaries.sorted()
    }

    /// How many canaries there are.
    package var canaryCount: Int { null.count }

    /// (1 + canaries that score at least as high) / (1 + canaries).
    package func pValue(_ score: Double) -> Double {
        var (low, high) = (0, null.count)
        while low < high {
            let middle = (low + high) / 2
            if null[middle] < score { low = middle + 1 } else { high = middle }
        }
        return Double(1 + null.count - low) / Double(1 + null.count)
    }

    /// The lowest share of unsafe rows of which any can be found: below it, even a row that no canary reaches is not
    /// evidence enough among so many.
    package static func prevalenceFloor(canaries: Int, falseDiscoveryRate: Double) -> Double {
        min(1, 1 / (falseDiscoveryRate * Double(canaries + 1)))
    }
}

/// What a set of p-values says together.
package enum MultipleTesting {
    /// The largest p-value that is a discovery at a false-discovery rate, or `nil` where there is none.
    ///
    /// The step-up procedure of Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995).
    package static func discoveryCut(_ pValues: [Double], falseDiscoveryRate: Double) -> Double? {
        let sorted = pValues.sorted()
        let count = Double(sorted.count)
        return sorted.enumerated().last { $0.element <= falseDiscoveryRate * Double($0.offset + 1) / count }?.element
    }

    /// The share of p-values that come from safe rows: twice the share above a half, at most 1 (Storey, 2002, λ = ½).
    package static func nullShare(_ pValues: [Double]) -> Double {
        let above = pValues.count { $0 > 0.5 }
        return min(1, 2 * Double(1 + above) / Double(max(1, pValues.count)))
    }
}
