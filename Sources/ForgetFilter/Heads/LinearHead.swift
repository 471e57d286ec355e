import Foundation
import TensorKernels

/// A linear head on the features of windows: value = wₚ · prompt + wᵣ · response + b.
struct LinearHead {
    /// What a head is fitted by.
    enum Loss {
        /// log(1 + e^(−target · value)), with targets of 1 and −1: the value is a log-odds.
        case logistic

        /// ½(value − target)²: ridge regression.
        case squares

        /// The loss of a value, and its slope.
        func callAsFunction(_ value: Double, _ target: Double) -> (value: Double, slope: Double) {
            switch self {
            case .logistic: (-logSigmoid(target * value), -target * sigmoid(-target * value))
            case .squares: (0.5 * (value - target) * (value - target), value - target)
            }
        }
    }

    /// One window to learn from.
    struct Item {
        var window: Int
        var target: Double
        var weight: Double
    }

    /// wₚ, then wᵣ (empty for a head that reads prompts alone), then b.
    private let parameters: [Float]
    private let readsResponse: Bool

    /// The head's value of a window.
    func value(_ features: RowFeatures, _ window: Int) -> Double {
        parameters.withUnsafeBufferPointer {
            LinearHead.value($0.baseAddress, features, window, readsResponse: readsResponse)
        }
    }

    /// Fits the head: minimises strength · Σ weight · loss + ½(|wₚ|² + |wᵣ|²), b unpenalised, by L-BFGS (Nocedal and
    /// Wright, *Numerical Optimization*, 2nd ed., algorithm 7.5).
    ///
    /// The sums run in the items' order, so the result does not depend on threads.
    init(_ items: [Item], _ features: RowFeatures, loss: Loss, readsResponse: Bool, strength: Double) {
        let count = features.width * (readsResponse ? 2 : 1) + 1
        var search = QuasiNewtonSearch(count: count)
        search.minimise(iterations: 80) { point, gradient in
            LinearHead.objective(
                point, &gradient, items, features, loss: loss, readsResponse: readsResponse, strength: strength)
        }
        parameters = search.point
        self.readsResponse = readsResponse
    }

    private static func objective(
        _ point: [Float], _ gradient: inout [Float], _ items: [Item], _ features: RowFeatures, loss: Loss,
        readsResponse: Bool, strength: Double
    ) -> Double {
        let width = features.width
        let last = point.count - 1
        var sum = 0.0
        var biasGradient = 0.0
        point.withUnsafeBufferPointer { point in
            gradient.withUnsafeMutableBufferPointer { gradient in
                guard let weights = point.baseAddress, let target = gradient.baseAddress else { return }
                for index in 0..<last {
                    target[index] = weights[index]
                    sum += 0.5 * Double(weights[index]) * Double(weights[index])
                }
                for item in items {
                    let value = self.value(weights, features, item.window, readsResponse: readsResponse)
                    let here = loss(value, item.target)
                    sum += strength * item.weight * here.value
                    let slope = strength * item.weight * here.slope
                    let (prompt, response) = features.values(item.window)
                    add(prompt, scaledBy: Float(slope), into: target, count: width)
                    if readsResponse { add(response, scaledBy: Float(slope), into: target + width, count: width) }
                    biasGradient += slope
                }
                target[last] = Float(biasGradient)
            }
        }
        return sum
    }

    private static func value(
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
