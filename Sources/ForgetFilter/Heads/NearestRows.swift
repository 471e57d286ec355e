import TensorKernels

/// The known rows that are most like a window, by the cosine of their features.
struct NearestRows {
    private let features: RowFeatures
    private let windows: [(row: Int, window: Int, norm: Float)]

    /// One window for each request of the rows, with the length of the request's features.
    private let requests: [(row: Int, window: Int, norm: Float)]

    /// The share of the rows that may be more singular than what counts as near.
    private static let singularShare = 0.02

    /// How many of the rows, evenly chosen, tell what counts as near.
    private static let sampledRequests = 500

    /// - Parameter origin: whose rows to look among; they are numbered from 0 within it.
    init(_ features: RowFeatures, origins: [RowOrigin], origin: RowOrigin) {
        self.features = features
        let rows = origins.indices.filter { origins[$0] == origin }
        windows = rows.enumerated().flatMap { number, row in
            features.windowsOfRow[row].map {
                (number, $0, NearestRows.product(features, $0, $0).squareRoot() + 1e-6)
            }
        }
        var seen: Set<Int> = []
        requests = windows.filter { seen.insert(features.windows[$0.window].prompt).inserted }.map {
            ($0.row, $0.window, NearestRows.requestProduct(features, $0.window, $0.window).squareRoot() + 1e-6)
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

    /// The cosine of a window's request and the most alike request of the rows, −1 where there is none.
    ///
    /// Requests alone: an unsafe answer is unlike every safe one, and no sign that its request is of a new kind.
    ///
    /// - Parameter row: a row that is not looked at.
    func requestSimilarity(of window: Int, except row: Int? = nil) -> Double {
        let norm = NearestRows.requestProduct(features, window, window).squareRoot() + 1e-6
        let best = requests.lazy.filter { $0.row != row }.map {
            NearestRows.requestProduct(features, window, $0.window) / ($0.norm * norm)
        }.max()
        return Double(best ?? -1)
    }

    /// The similarity that all but the most singular requests of the rows have to another row's.
    func nearSimilarity() -> Double {
        let step = requests.count / NearestRows.sampledRequests + 1
        let similarities = stride(from: 0, to: requests.count, by: step).map {
            requestSimilarity(of: requests[$0].window, except: requests[$0].row)
        }.sorted()
        guard !similarities.isEmpty else { return -1 }
        return similarities[Int(Double(similarities.count) * NearestRows.singularShare)]
    }

    private static func product(_ features: RowFeatures, _ a: Int, _ b: Int) -> Float {
        let (first, second) = (features.values(a), features.values(b))
        return requestProduct(features, a, b) + dotProduct(first.response, second.response, count: features.width)
    }

    private static func requestProduct(_ features: RowFeatures, _ a: Int, _ b: Int) -> Float {
        dotProduct(features.values(a).prompt, features.values(b).prompt, count: features.width)
    }
}
