import Foundation

/// Logistic regression with an L2 penalty: P(label) = 1 / (1 + exp(−(w · x + b))).
///
/// w and b minimise Σᵢ cᵢ log(1 + exp(−yᵢ (w · xᵢ + b))) + λ/2 ‖w‖² with yᵢ = ±1; b carries no penalty. With λ > 0 and rows
/// of both labels the minimum is unique. It is found by Newton's method, whose steps come from conjugate gradients and a
/// line search (Lin, Weng and Keerthi, 2008), on one thread and without chance, so the same rows give the same bits.
package struct LogisticRegression: Sendable {
    /// w, one number for each column.
    package private(set) var weights: [Double]

    /// b.
    package private(set) var bias = 0.0

    /// Newton steps that were made.
    package private(set) var steps = 0

    private static let mostSteps = 100
    private static let mostInnerSteps = 200

    /// Fits the rows.
    ///
    /// - Parameters:
    ///   - rows: x, one row for each label.
    ///   - labels: y.
    ///   - importance: c, how much each row counts; 1 for every row if left out.
    ///   - penalty: λ, above 0.
    package init(_ rows: SparseRows, labels: [Bool], importance: [Double]? = nil, penalty: Double = 1) {
        precondition(labels.count == rows.count && penalty > 0)
        precondition(importance.map { $0.count == rows.count } ?? true)
        let problem = Problem(
            rows: rows, labels: labels, importance: importance ?? [Double](repeating: 1, count: rows.count),
            penalty: penalty)
        // The bias is the last of the parameters.
        var parameters = [Double](repeating: 0, count: rows.width + 1)
        var value = problem.value(parameters)
        var tolerance: Double?
        while steps < LogisticRegression.mostSteps {
            let (gradient, curvature) = problem.slope(parameters)
            let norm = length(gradient)
            let goal = tolerance ?? 1e-8 * max(norm, 1e-12)
            tolerance = goal
            guard norm > goal else { break }
            let step = problem.newtonStep(gradient, curvature, mostSteps: LogisticRegression.mostInnerSteps)
            let descent = dot(gradient, step)
            var factor = 1.0
            var next = parameters
            var nextValue = value
            repeat {
                for index in next.indices { next[index] = parameters[index] + factor * step[index] }
                nextValue = problem.value(next)
                if nextValue <= value + 1e-4 * factor * descent { break }
                factor /= 2
            } while factor > 1e-10
            // Rounding alone is left.
            guard nextValue < value else { break }
            parameters = next
            value = nextValue
            steps += 1
        }
        bias = parameters.removeLast()
        weights = parameters
    }

    /// w · x + b of a row.
    package func logit(_ row: Int, of rows: SparseRows) -> Double { rows.product(row, weights) + bias }
}

/// What is minimised.
private struct Problem {
    let rows: SparseRows
    let labels: [Bool]
    let importance: [Double]
    let penalty: Double

    private func logit(_ row: Int, _ parameters: [Double]) -> Double {
        rows.product(row, parameters) + parameters[rows.width]
    }

    func value(_ parameters: [Double]) -> Double {
        var sum = 0.0
        for row in 0..<rows.count {
            let margin = labels[row] ? logit(row, parameters) : -logit(row, parameters)
            // log(1 + e^−m), without overflow for either sign of m.
            sum += importance[row] * (max(0, -margin) + log1p(exp(-abs(margin))))
        }
        var squares = 0.0
        for index in 0..<rows.width { squares += parameters[index] * parameters[index] }
        return sum + penalty / 2 * squares
    }

    /// The gradient, and the second derivative of each row's loss by its logit.
    func slope(_ parameters: [Double]) -> (gradient: [Double], curvature: [Double]) {
        var gradient = parameters.map { penalty * $0 }
        gradient[rows.width] = 0
        var curvature = [Double](repeating: 0, count: rows.count)
        for row in 0..<rows.count {
            let probability = 1 / (1 + exp(-logit(row, parameters)))
            let error = importance[row] * (probability - (labels[row] ? 1 : 0))
            rows.add(row, times: error, to: &gradient)
            gradient[rows.width] += error
            curvature[row] = importance[row] * probability * (1 - probability)
        }
        return (gradient, curvature)
    }

    /// Solves (XᵀDX + λI) s = −g roughly.
    func newtonStep(_ gradient: [Double], _ curvature: [Double], mostSteps: Int) -> [Double] {
        var step = [Double](repeating: 0, count: gradient.count)
        var residual = gradient.map { -$0 }
        var direction = residual
        var square = dot(residual, residual)
        let goal = min(0.1, square.squareRoot().squareRoot()) * square.squareRoot()
        for _ in 0..<mostSteps where square.squareRoot() > goal {
            let image = hessian(direction, curvature)
            let bend = dot(direction, image)
            guard bend > 0 else { break }
            let factor = square / bend
            for index in step.indices {
                step[index] += factor * direction[index]
                residual[index] -= factor * image[index]
            }
            let next = dot(residual, residual)
            for index in direction.indices { direction[index] = residual[index] + next / square * direction[index] }
            square = next
        }
        return step
    }

    private func hessian(_ vector: [Double], _ curvature: [Double]) -> [Double] {
        var result = vector.map { penalty * $0 }
        result[rows.width] = 0
        for row in 0..<rows.count {
            let factor = curvature[row] * logit(row, vector)
            rows.add(row, times: factor, to: &result)
            result[rows.width] += factor
        }
        return result
    }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
}

private func length(_ a: [Double]) -> Double { dot(a, a).squareRoot() }
