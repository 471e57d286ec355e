import Foundation
import TensorKernels

/// A linear head on the features of windows: logit = wₚ · prompt + wᵣ · response + b.
struct LogisticHead {
    /// One window to learn from.
    struct Item {
        var window: Int
        var isPositive: Bool
        var weight: Double
    }

    /// wₚ, then wᵣ (empty for a head that reads prompts alone), then b.
    private let parameters: [Float]
    private let readsResponse: Bool

    /// The head's log-odds of a window.
    func logit(_ features: RowFeatures, _ window: Int) -> Double {
        parameters.withUnsafeBufferPointer {
            LogisticHead.logit($0.baseAddress, features, window, readsResponse: readsResponse)
        }
    }

    /// Fits the head: minimises strength · Σ weight · log(1 + e^(−±logit)) + ½(|wₚ|² + |wᵣ|²), b unpenalised, by L-BFGS
    /// (Nocedal and Wright, *Numerical Optimization*, 2nd ed., algorithm 7.5).
    ///
    /// The sums run in the items' order, so the result does not depend on threads.
    init(_ items: [Item], _ features: RowFeatures, readsResponse: Bool, strength: Double) {
        let count = features.width * (readsResponse ? 2 : 1) + 1
        var search = QuasiNewtonSearch(count: count)
        search.minimise(iterations: 80) { point, gradient in
            LogisticHead.objective(
                point, &gradient, items, features, readsResponse: readsResponse, strength: strength)
        }
        parameters = search.point
        self.readsResponse = readsResponse
    }

    private static func objective(
        _ point: [Float], _ gradient: inout [Float], _ items: [Item], _ features: RowFeatures, readsResponse: Bool,
        strength: Double
    ) -> Double {
        let width = features.width
        let last = point.count - 1
        var loss = 0.0
        var biasGradient = 0.0
        point.withUnsafeBufferPointer { point in
            gradient.withUnsafeMutableBufferPointer { gradient in
                guard let weights = point.baseAddress, let target = gradient.baseAddress else { return }
                for index in 0..<last {
                    target[index] = weights[index]
                    loss += 0.5 * Double(weights[index]) * Double(weights[index])
                }
                for item in items {
                    let logit = self.logit(weights, features, item.window, readsResponse: readsResponse)
                    let margin = item.isPositive ? logit : -logit
                    loss += strength * item.weight * -logSigmoid(margin)
                    let slope = strength * item.weight * (item.isPositive ? -1 : 1) * sigmoid(-margin)
                    let (prompt, response) = features.values(item.window)
                    add(prompt, scaledBy: Float(slope), into: target, count: width)
                    if readsResponse { add(response, scaledBy: Float(slope), into: target + width, count: width) }
                    biasGradient += slope
                }
                target[last] = Float(biasGradient)
            }
        }
        return loss
    }

    private static func logit(
        _ weights: UnsafePointer<Float>?, _ features: RowFeatures, _ window: Int, readsResponse: Bool
    ) -> Double {
        guard let weights else { return 0 }
        let width = features.width
        let (prompt, response) = features.values(window)
        var sum = Double(dotProduct(weights, prompt, count: width))
        if readsResponse { sum += Double(dotProduct(weights + width, response, count: width)) }
        return sum + Double(weights[readsResponse ? 2 * width : width])
    }
}

/// 1 / (1 + e^(−x)).
func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// log(1 / (1 + e^(−x))), without overflow.
func logSigmoid(_ x: Double) -> Double { min(x, 0) - log1p(exp(-abs(x))) }
