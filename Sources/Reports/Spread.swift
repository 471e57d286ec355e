/// A figure of several runs: its median, and its least and greatest value.
struct Spread: Equatable {
    var median: Double
    var least: Double
    var greatest: Double

    /// The spread of the values that are there; `nil` where none is.
    init?(_ values: [Double?]) {
        let sorted = values.compactMap(\.self).sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        let middle = sorted.count / 2
        median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        least = first
        greatest = last
    }

    /// The median, and where the values differ at this precision their least and greatest: `0.91 (0.90–0.93)`.
    func text(_ format: (Double) -> String) -> String {
        let (low, high) = (format(least), format(greatest))
        return low == high ? format(median) : "\(format(median)) (\(low)–\(high))"
    }
}
