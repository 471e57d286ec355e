import Foundation

extension MultipleTesting {
    /// The local false-discovery rate of each p-value: the chance that a row with it is safe.
    ///
    /// The rate is the share of safe rows times their density over the density of all rows (Efron, *Large-Scale Inference*,
    /// 2010, chapter 5), both on the scale of normal scores z = Φ⁻¹(p), where the p-values of safe rows are standard
    /// normal and a few p-values near 0 stand as clearly apart as many. Both densities are smoothed by the same kernel,
    /// and their ratio is the closest one that never rises with p, so a row that stands out more is never likelier safe.
    package static func localFalseDiscoveryRates(_ pValues: [Double]) -> [Double] {
        guard !pValues.isEmpty else { return [] }
        let share = nullShare(pValues)
        let ratio = DensityRatio(pValues)
        return pValues.map { min(1, share / max(ratio.value($0), 1e-9)) }
    }
}

/// How much denser p-values lie at each place than those of safe rows do; never rises with p.
private struct DensityRatio {
    /// Places on the scale of normal scores: −4, −3.975, … 4.
    private static let places = (0...320).map { -4 + Double($0) / 40 }

    /// Φ of each place.
    private static let cumulative = places.map { erfc(-$0 / 2.0.squareRoot()) / 2 }

    /// Width of the kernel, in standard deviations of safe rows: a quarter to a third smooths a few hundred rows, and is
    /// narrower than what separates rows that stand apart.
    private static let bandwidth = 0.3

    private var ratios: [Double]

    init(_ pValues: [Double]) {
        var counts = [Double](repeating: 0, count: DensityRatio.places.count)
        for pValue in pValues {
            let (low, fraction) = DensityRatio.place(pValue)
            counts[low] += 1 - fraction
            counts[low + 1] += fraction
        }
        let spread = 1 + DensityRatio.bandwidth * DensityRatio.bandwidth
        let null = DensityRatio.places.map { exp(-$0 * $0 / (2 * spread)) / (2 * Double.pi * spread).squareRoot() }
        let scale = Double(pValues.count) * DensityRatio.bandwidth * (2 * Double.pi).squareRoot()
        let raw = zip(DensityRatio.places, null).map { place, null in
            let sum = zip(DensityRatio.places, counts).reduce(0.0) { sum, other in
                guard other.1 > 0 else { return sum }
                let distance = (place - other.0) / DensityRatio.bandwidth
                return sum + other.1 * exp(-distance * distance / 2)
            }
            return sum / scale / null
        }
        ratios = DensityRatio.falling(raw, weights: null)
    }

    /// The ratio at a p-value.
    func value(_ pValue: Double) -> Double {
        let (low, fraction) = DensityRatio.place(pValue)
        return ratios[low] * (1 - fraction) + ratios[low + 1] * fraction
    }

    /// The place at or before a p-value's normal score, and how far it is to the next one.
    private static func place(_ pValue: Double) -> (low: Int, fraction: Double) {
        var (low, high) = (0, cumulative.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if cumulative[middle] <= pValue { low = middle } else { high = middle }
        }
        let fraction = (pValue - cumulative[low]) / (cumulative[low + 1] - cumulative[low])
        return (low, min(1, max(0, fraction)))
    }

    /// The falling sequence that is nearest in weighted squares: pool adjacent violators (Barlow, Bartholomew, Bremner and
    /// Brunk, *Statistical Inference under Order Restrictions*, 1972, section 1.2).
    private static func falling(_ values: [Double], weights: [Double]) -> [Double] {
        var blocks: [(mean: Double, weight: Double, count: Int)] = []
        for (value, weight) in zip(values, weights) {
            blocks.append((value, weight, 1))
            while blocks.count > 1, blocks[blocks.count - 2].mean < blocks[blocks.count - 1].mean {
                let last = blocks.removeLast()
                let before = blocks.removeLast()
                let weight = before.weight + last.weight
                blocks.append(
                    (
                        (before.mean * before.weight + last.mean * last.weight) / weight, weight,
                        before.count + last.count
                    ))
            }
        }
        return blocks.flatMap { [Double](repeating: $0.mean, count: $0.count) }
    }
}
