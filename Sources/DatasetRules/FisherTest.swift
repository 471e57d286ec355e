import Foundation

/// Fisher's exact test of two traits of rows, for the side on which they go together more than chance lets them.
enum FisherTest {
    /// The natural logarithm of the chance that so many rows have both traits, or more, if the two are independent.
    ///
    /// It is the upper tail of the hypergeometric distribution (Fisher, "Statistical Methods for Research Workers",
    /// 1934).
    ///
    /// - Parameters:
    ///   - both: rows with both traits.
    ///   - first: rows with the first.
    ///   - second: rows with the second.
    ///   - rows: rows in all.
    static func logTail(both: Int, first: Int, second: Int, rows: Int) -> Double {
        let most = min(first, second)
        guard both > max(0, first + second - rows) else { return 0 }
        guard both <= most else { return -.infinity }
        let constant = logChoose(rows, first)
        let leading = logChoose(second, both) + logChoose(rows - second, first - both) - constant
        // Each term by the one before it; they fall from the mean on.
        var sum = 1.0
        var term = 1.0
        var value = both
        while value < most, term > sum * 1e-16 || Double(value) * Double(rows) < Double(first) * Double(second) {
            term *=
                Double(second - value) / Double(value + 1) * Double(first - value)
                / Double(rows - second - first + value + 1)
            sum += term
            value += 1
        }
        return min(0, leading + log(sum))
    }

    /// The natural logarithm of the chance of at least `successes` in `trials`, each of probability `chance`.
    static func logBinomialTail(successes: Int, trials: Int, chance: Double) -> Double {
        guard successes > 0 else { return 0 }
        let chance = min(max(chance, 1e-12), 1 - 1e-12)
        var sum = 0.0
        for value in successes...max(successes, trials) where value <= trials {
            sum += exp(
                logChoose(trials, value) + Double(value) * log(chance) + Double(trials - value) * log(1 - chance))
        }
        return sum > 0 ? min(0, log(sum)) : -700
    }

    private static func logChoose(_ n: Int, _ k: Int) -> Double {
        guard k >= 0, k <= n else { return -.infinity }
        return logGamma(Double(n) + 1) - logGamma(Double(k) + 1) - logGamma(Double(n - k) + 1)
    }

    /// The logarithm of the gamma function above 0 by Stirling's series, exact to about 1e-10.
    private static func logGamma(_ x: Double) -> Double {
        var x = x
        var shift = 0.0
        while x < 8 {
            shift -= log(x)
            x += 1
        }
        let inverse = 1 / x
        let square = inverse * inverse
        let series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)))
        return shift + (x - 0.5) * log(x) - x + 0.9189385332046727 + series
    }
}
