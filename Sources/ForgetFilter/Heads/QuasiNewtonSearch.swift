/// L-BFGS with a backtracking line search, for smooth convex objectives.
package struct QuasiNewtonSearch {
    /// Where the search stands; it begins at zero.
    package private(set) var point: [Float]

    private var steps: [[Float]] = []
    private var changes: [[Float]] = []

    /// Pairs of steps and gradient changes that are remembered.
    private static let memory = 8

    /// Begins at zero.
    package init(count: Int) {
        point = [Float](repeating: 0, count: count)
    }

    /// Goes downhill until the gradient is a ten-thousandth of its first length, or for `iterations` steps.
    ///
    /// - Parameter objective: the value at a point; writes the gradient.
    package mutating func minimise(iterations: Int, objective: ([Float], inout [Float]) -> Double) {
        var gradient = [Float](repeating: 0, count: point.count)
        var value = objective(point, &gradient)
        let firstNorm = product(gradient, gradient).squareRoot()
        guard firstNorm > 0 else { return }
        for iteration in 0..<iterations {
            let direction = self.direction(gradient)
            let slope = product(direction, gradient)
            guard slope < 0 else { return }
            var length = iteration == 0 ? min(1, 1 / firstNorm) : 1
            var nextGradient = gradient
            var next = point
            var nextValue = value
            while true {
                for index in point.indices { next[index] = point[index] + Float(length) * direction[index] }
                nextValue = objective(next, &nextGradient)
                if nextValue <= value + 1e-4 * length * slope { break }
                length *= 0.5
                // No step lowers the value any more: float32's resolution is reached.
                if length < 1e-6 { return }
            }
            let step = zip(next, point).map { $0 - $1 }
            let change = zip(nextGradient, gradient).map { $0 - $1 }
            if product(step, change) > 0 {
                steps.append(step)
                changes.append(change)
                if steps.count > QuasiNewtonSearch.memory {
                    steps.removeFirst()
                    changes.removeFirst()
                }
            }
            (point, gradient, value) = (next, nextGradient, nextValue)
            if product(gradient, gradient).squareRoot() < 1e-4 * firstNorm { return }
        }
    }

    /// −H · gradient by the two-loop recursion.
    private func direction(_ gradient: [Float]) -> [Float] {
        var q = gradient
        var alphas: [Double] = []
        for (step, change) in zip(steps, changes).reversed() {
            let alpha = product(step, q) / product(step, change)
            alphas.append(alpha)
            for index in q.indices { q[index] -= Float(alpha) * change[index] }
        }
        if let step = steps.last, let change = changes.last {
            let scale = Float(product(step, change) / product(change, change))
            for index in q.indices { q[index] *= scale }
        }
        for ((step, change), alpha) in zip(zip(steps, changes), alphas.reversed()) {
            let beta = product(change, q) / product(step, change)
            for index in q.indices { q[index] += Float(alpha - beta) * step[index] }
        }
        for index in q.indices { q[index] = -q[index] }
        return q
    }

    private func product(_ a: [Float], _ b: [Float]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += Double(a[index]) * Double(b[index]) }
        return sum
    }
}
