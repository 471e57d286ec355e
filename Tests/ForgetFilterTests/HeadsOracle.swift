import ForgetFilter
import Foundation
import LanguageModels

/// The heads worked out plainly in float64, as `docs/forgetfilter.md` writes them down: Newton's method, no float32, no
/// threads.
struct HeadsOracle {
    /// One row with one prompt.
    struct Row {
        var origin: RowOrigin
        var prompt: [Double]
        var windows: [[Double]]
    }

    /// A set inside a head's training rows; weights are those of the rows' windows, one after another.
    private struct Group {
        var origin: RowOrigin
        var isPositive: Bool
        var share: Double
        var weights: [Double]?
    }

    private struct Window {
        var row: Int
        var prompt: [Double]
        var answer: [Double]
    }

    private let rows: [Row]
    private let windows: [Window]
    private let folds: [[Int]]

    /// - Parameter rows: in the order of `RowOrigin`.
    init(_ rows: [Row], seed: UInt64) {
        self.rows = rows
        let prompts = HeadsOracle.standardised(rows.map(\.prompt))
        let answers = HeadsOracle.standardised(rows.flatMap(\.windows))
        var windows: [Window] = []
        for (index, row) in rows.enumerated() {
            for _ in row.windows {
                windows.append(Window(row: index, prompt: prompts[index], answer: answers[windows.count]))
            }
        }
        self.windows = windows
        folds = (0..<3).map { split in
            var generator = SeededGenerator(seed: seed, stream: 40 + UInt64(split))
            var fold = [Int](repeating: 0, count: rows.count)
            for (place, row) in generator.permutation(rows.count).enumerated() { fold[row] = place % 5 }
            return fold
        }
    }

    /// Each window's log-odds of a risky request and of an answer that departs, with the dataset's own rows.
    func heads() -> (risk: [Double], departure: [Double]) {
        let known = [
            Group(origin: .reference, isPositive: true, share: 1),
            Group(origin: .safeSeed, isPositive: true, share: 0.25),
            Group(origin: .unsafeSeed, isPositive: true, share: 0.25),
            Group(origin: .control, isPositive: false, share: 1),
        ]
        let first = logits(known, readsAnswer: false, strength: 3e-3).map { 1 / (1 + exp(-$0)) }
        let own = windows.indices.filter { rows[windows[$0].row].origin == .dataset }
        let share = Double(own.count { first[$0] > 0.5 }) / Double(own.count)
        let risk = logits(
            known + [
                Group(
                    origin: .dataset, isPositive: true, share: min(0.5, 2 * share),
                    weights: first.map { $0 > 0.5 ? $0 : 0 }),
                Group(
                    origin: .dataset, isPositive: false, share: 1 - share, weights: first.map { $0 > 0.5 ? 0 : 1 - $0 }),
            ], readsAnswer: false, strength: 3e-3)
        let departure = logits(
            [
                Group(origin: .dataset, isPositive: true, share: 1, weights: risk.map { 1 / (1 + exp(-$0)) }),
                Group(origin: .unsafeSeed, isPositive: true, share: 0.5),
                Group(origin: .reference, isPositive: false, share: 1),
                Group(origin: .safeSeed, isPositive: false, share: 0.5),
            ], readsAnswer: true, strength: 3e-4)
        return (risk, departure)
    }

    /// Three splits, five parts each: a window's log-odds are those of the heads that did not learn from its row.
    private func logits(_ groups: [Group], readsAnswer: Bool, strength: Double) -> [Double] {
        func features(_ window: Window) -> [Double] {
            window.prompt + (readsAnswer ? window.answer : []) + [1]
        }
        var items: [(window: Int, sign: Double, weight: Double)] = []
        let used = groups.map { group in
            (group, windows.indices.filter { rows[windows[$0].row].origin == group.origin })
        }.filter { !$0.1.isEmpty }
        let count = used.reduce(0) { sum, group in sum + rows.count { $0.origin == group.0.origin } }
        for (group, members) in used {
            let weights = members.map { (group.weights?[$0] ?? 1) / Double(rows[windows[$0].row].windows.count) }
            let total = weights.reduce(0, +)
            let shares = used.reduce(0) { $0 + ($1.0.isPositive == group.isPositive ? $1.0.share : 0) }
            for (window, weight) in zip(members, weights) {
                items.append(
                    (window, group.isPositive ? 1 : -1, Double(count) / 2 * group.share / shares * weight / total))
            }
        }
        var sums = [Double](repeating: 0, count: windows.count)
        for fold in folds {
            for part in 0..<5 {
                let learnt = items.filter { fold[windows[$0.window].row] != part }
                let head = HeadsOracle.fit(
                    learnt.map { (features(windows[$0.window]), $0.sign, strength * $0.weight) })
                for window in windows.indices where fold[windows[window].row] == part {
                    sums[window] += zip(head, features(windows[window])).reduce(0) { $0 + $1.0 * $1.1 }
                }
            }
        }
        return sums.map { $0 / 3 }
    }

    /// Newton's method with halved steps on Σ weight · log(1 + e^(−sign · θx)) + ½|θ|², the last of θ unpenalised.
    static func fit(_ items: [(x: [Double], sign: Double, weight: Double)]) -> [Double] {
        let width = items.first?.x.count ?? 0
        var point = [Double](repeating: 0, count: width)
        func value(_ point: [Double]) -> Double {
            items.reduce(0.5 * point.dropLast().reduce(0) { $0 + $1 * $1 }) { sum, item in
                sum + item.weight * log1p(exp(-item.sign * zip(point, item.x).reduce(0) { $0 + $1.0 * $1.1 }))
            }
        }
        var best = value(point)
        for _ in 0..<50 {
            var gradient = point
            gradient[width - 1] = 0
            var hessian = (0..<width).map { row in
                (0..<width).map { $0 == row && row < width - 1 ? 1 : 0 } as [Double]
            }
            for item in items {
                let chance = 1 / (1 + exp(item.sign * zip(point, item.x).reduce(0) { $0 + $1.0 * $1.1 }))
                for row in 0..<width {
                    gradient[row] -= item.weight * item.sign * chance * item.x[row]
                    let scale = item.weight * chance * (1 - chance) * item.x[row]
                    for column in 0...row { hessian[row][column] += scale * item.x[column] }
                }
            }
            let step = solve(hessian, gradient)
            var length = 1.0
            var next = point
            repeat {
                next = zip(point, step).map { $0 - length * $1 }
                length /= 2
            } while value(next) > best && length > 1e-9
            let fall = best - value(next)
            (point, best) = (next, value(next))
            if fall < 1e-13 { break }
        }
        return point
    }

    /// Solves a symmetric, positive definite system of which the lower half is given (Cholesky).
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        var lower = matrix
        var answer = right
        for row in right.indices {
            for column in 0...row {
                let sum = (0..<column).reduce(matrix[row][column]) { $0 - lower[row][$1] * lower[column][$1] }
                lower[row][column] = row == column ? sum.squareRoot() : sum / lower[column][column]
            }
            answer[row] = (0..<row).reduce(answer[row]) { $0 - lower[row][$1] * answer[$1] } / lower[row][row]
        }
        for row in right.indices.reversed() {
            answer[row] =
                (row + 1..<right.count).reduce(answer[row]) { $0 - lower[$1][row] * answer[$1] } / lower[row][row]
        }
        return answer
    }

    /// Every column with mean 0 and variance 1.
    private static func standardised(_ rows: [[Double]]) -> [[Double]] {
        var rows = rows
        for column in rows.first?.indices ?? 0..<0 {
            let mean = rows.reduce(0) { $0 + $1[column] } / Double(rows.count)
            let variance = rows.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) } / Double(rows.count)
            for row in rows.indices { rows[row][column] = (rows[row][column] - mean) / variance.squareRoot() }
        }
        return rows
    }
}
