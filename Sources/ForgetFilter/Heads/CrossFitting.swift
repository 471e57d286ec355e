import Foundation
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

    /// What the heads read; which reading stands for a prompt may change between fits.
    var features: RowFeatures
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
    func logits(_ groups: [Group], strength: Double, progress: () throws -> Void) throws -> [Double] {
        let heads = try heads(
            items(groups), loss: .logistic, readsResponse: true, strength: strength, progress: progress)
        return values(heads)
    }

    /// What a ridge regression on other rows' values expects of every window.
    func regression(_ values: [(window: Int, value: Double)], strength: Double, progress: () throws -> Void) throws
        -> [Double]
    {
        let items = values.map { LinearHead.Item(window: $0.window, target: $0.value, weight: 1) }
        return self.values(
            try heads(items, loss: .squares, readsResponse: true, strength: strength, progress: progress))
    }

    private func values(_ heads: [LinearHead?]) -> [Double] {
        features.windows.indices.map { window in
            mean(heads, row: features.windows[window].row) { $0.value(features, window) }
        }
    }

    /// The log-odds of every window's prompt under a head that reads prompts alone, and for each prompt the reading that
    /// has them: the one with the highest.
    ///
    /// A part of a prompt has the prompt's odds divided by the number of parts, which is how many there were to choose from.
    ///
    /// - Parameter inParts: whether long prompts are read in parts, too, and not only as a whole.
    func promptLogits(
        _ groups: [Group], inParts: Bool, strength: Double, progress: () throws -> Void
    ) throws -> (logits: [Double], readings: [Int]) {
        let heads = try heads(
            items(groups), loss: .logistic, readsResponse: false, strength: strength, progress: progress)
        var best = [Double](repeating: 0, count: features.readings.count)
        var chosen = features.chosenReadings
        var seen = -1
        // Windows of one prompt follow one another.
        for window in features.windows where window.prompt != seen {
            seen = window.prompt
            let readings = inParts ? features.readings[seen] : features.readings[seen].prefix(1)
            let odds = log(Double(max(1, readings.count - 1)))
            let logits = readings.map { reading in
                mean(heads, row: window.row) { $0.value(features, reading: reading) }
                    - (reading == readings.lowerBound ? 0 : odds)
            }
            for (offset, logit) in logits.enumerated() where offset == 0 || logit > best[seen] {
                best[seen] = logit
                chosen[seen] = features.readings[seen].lowerBound + offset
            }
        }
        return (features.windows.map { best[$0.prompt] }, chosen)
    }

    /// The mean, over the splits, of what the head says that did not learn from a row.
    private func mean(_ heads: [LinearHead?], row: Int, _ value: (LinearHead) -> Double) -> Double {
        var sum = 0.0
        for (index, split) in folds.enumerated() {
            if let head = heads[index * CrossFitting.foldCount + split[row]] { sum += value(head) }
        }
        return sum / Double(folds.count)
    }

    /// A head for each fold of each split.
    private func heads(
        _ items: [LinearHead.Item], loss: LinearHead.Loss, readsResponse: Bool, strength: Double,
        progress: () throws -> Void
    ) throws -> [LinearHead?] {
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
        return heads
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
