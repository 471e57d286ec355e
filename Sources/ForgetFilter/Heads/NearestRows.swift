import TensorKernels

/// The known rows that are most like a window, by the cosine of their features.
struct NearestRows {
    private let features: RowFeatures
    private let windows: [(row: Int, window: Int, norm: Float)]

    /// - Parameter origin: whose rows to look among; they are numbered from 0 within it.
    init(_ features: RowFeatures, origins: [RowOrigin], origin: RowOrigin) {
        self.features = features
        let rows = origins.indices.filter { origins[$0] == origin }
        windows = rows.enumerated().flatMap { number, row in
            features.windowsOfRow[row].map {
                (number, $0, NearestRows.product(features, $0, $0).squareRoot() + 1e-6)
            }
        }
    }

    /// Numbers of the rows that are nearest to a window, nearest first.
    func nearest(to window: Int, count: Int) -> [Int] {
        var best: [Int: Float] = [:]
        for known in windows {
            let cosine = NearestRows.product(features, window, known.window) / known.norm
            if cosine > best[known.row] ?? -.infinity { best[known.row] = cosine }
        }
        return best.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }.prefix(count).map(\.key)
    }

    private static func product(_ features: RowFeatures, _ a: Int, _ b: Int) -> Float {
        let (first, second) = (features.values(a), features.values(b))
        return dotProduct(first.prompt, second.prompt, count: features.width)
            + dotProduct(first.response, second.response, count: features.width)
    }
}
