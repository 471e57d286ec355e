import LanguageModels
import TensorKernels

/// Fits heads so that no row is ever scored by a head that learnt from it.
struct CrossFitting {
    /// Rows of one origin inside a head's training set.
    struct Group {
        var origin: RowOrigin
        var isPositive: Bool
        /// The group's part of its class's weight.
        var share: Double
        /// Each window's part of the group's weight, or `nil` for all rows alike.
        var weights: [Double]?
    }

    /// Parts that the rows are split into; a head learns from all but one.
    static let foldCount = 5

    /// How often the rows are split anew; logits are averaged, which takes the luck of a split out of them.
    static let repeats = 3

    let features: RowFeatures
    /// The origin of each row.
    let origins: [RowOrigin]
    let pool: WorkerPool
    private let folds: [[Int]]

    init(_ features: RowFeatures, origins: [RowOrigin], seed: UInt64, pool: WorkerPool) {
        self.features = features
        self.origins = origins
        self.pool = pool
        folds = (0..<CrossFitting.repeats).map { index in
            var generator = SeededGenerator(seed: seed, stream: 40 + UInt64(index))
            var fold = [Int](repeating: 0, count: origins.count)
            for (place, row) in generator.permutation(origins.count).enumerated() {
                fold[row] = place % CrossFitting.foldCount
            }
            return fold
        }
    }

    /// The log-odds of every window under a head that learnt from the groups' other rows.
    ///
    /// Positives and negatives weigh the same in all; inside a class the groups weigh as their shares say.
    func logits(
        _ groups: [Group], readsResponse: Bool, strength: Double, progress: () throws -> Void
    ) throws -> [Double] {
        try values(
            items(groups), loss: .logistic, readsResponse: readsResponse, strength: strength, progress: progress)
    }

    /// What a ridge regression on other rows' values expects of every window.
    func regression(
        _ values: [(window: Int, value: Double)], strength: Double, progress: () throws -> Void
    ) throws -> [Double] {
        try self.values(
            values.map { LinearHead.Item(window: $0.window, target: $0.value, weight: 1) }, loss: .squares,
            readsResponse: true, strength: strength, progress: progress)
    }

    /// The value of every window: the mean, over the splits, under the heads that did not learn from its row.
    private func values(
        _ items: [LinearHead.Item], loss: LinearHead.Loss, readsResponse: Bool, strength: Double,
        progress: () throws -> Void
    ) throws -> [Double] {
        let count = features.windows.count
        let tasks = folds.count * CrossFitting.foldCount
        var heads = [LinearHead?](repeating: nil, count: tasks)
        try heads.withUnsafeMutableBufferPointer { heads in
            nonisolated(unsafe) let heads = heads  // Each task writes its own element.
            try pool.run(tasks) { task, _ in
                let (split, fold) = (folds[task / CrossFitting.foldCount], task % CrossFitting.foldCount)
                let others = items.filter { split[features.windows[$0.window].row] != fold }
                heads[task] = LinearHead(
                    others, features, loss: loss, readsResponse: readsResponse, strength: strength)
            }
        }
        try progress()
        var sums = [Double](repeating: 0, count: count)
        for (index, split) in folds.enumerated() {
            for window in 0..<count {
                let head = heads[index * CrossFitting.foldCount + split[features.windows[window].row]]
                sums[window] += head?.value(features, window) ?? 0
            }
        }
        return sums.map { $0 / Double(CrossFitting.repeats) }
    }

    private func items(_ groups: [Group]) -> [LinearHead.Item] {
        var items: [LinearHead.Item] = []
        var rows = 0
        var shares = [true: 0.0, false: 0.0]
        var ranges: [(Range<Int>, Group, total: Double)] = []
        for group in groups {
            let start = items.count
            var total = 0.0
            for (row, origin) in origins.enumerated() where origin == group.origin {
                let windows = features.windowsOfRow[row]
                for window in windows {
                    let weight = (group.weights?[window] ?? 1) / Double(windows.count)
                    total += weight
                    items.append(.init(window: window, target: group.isPositive ? 1 : -1, weight: weight))
                }
                rows += 1
            }
            guard total > 0 else {
                items.removeLast(items.count - start)
                continue
            }
            shares[group.isPositive, default: 0] += group.share
            ranges.append((start..<items.count, group, total))
        }
        for (range, group, total) in ranges {
            let scale = group.share / total * 0.5 / (shares[group.isPositive] ?? 1) * Double(rows)
            for index in range { items[index].weight *= scale }
        }
        return items
    }
}
