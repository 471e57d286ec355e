import Foundation

/// One AdamW update (Loshchilov and Hutter, 2019) of `count` parameters.
package struct AdamW: Sendable {
    /// Step size.
    package var learningRate: Double

    /// Decay of the first moment.
    package var beta1 = 0.9

    /// Decay of the second moment.
    package var beta2 = 0.999

    /// Added to the root of the second moment.
    package var epsilon = 1e-8

    /// Decoupled weight decay.
    package var weightDecay = 0.0

    /// Creates an optimizer with the usual constants.
    package init(learningRate: Double) {
        self.learningRate = learningRate
    }

    /// Updates parameters and moments in place.
    ///
    /// - Parameter step: the number of this update, from 1, for the correction of the moments' bias.
    package func update(
        _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
        firstMoments: UnsafeMutablePointer<Float>, secondMoments: UnsafeMutablePointer<Float>, count: Int, step: Int
    ) {
        let correction1 = 1 - pow(beta1, Double(step))
        let correction2 = 1 - pow(beta2, Double(step))
        let b1 = Float(beta1)
        let b2 = Float(beta2)
        let rate = Float(learningRate / correction1)
        let inverseCorrection2 = Float(1 / correction2)
        let keep = Float(1 - learningRate * weightDecay)
        let eps = Float(epsilon)
        for i in 0..<count {
            let g = gradients[i]
            let m = b1 * firstMoments[i] + (1 - b1) * g
            let v = b2 * secondMoments[i] + (1 - b2) * g * g
            firstMoments[i] = m
            secondMoments[i] = v
            parameters[i] = keep * parameters[i] - rate * m / ((v * inverseCorrection2).squareRoot() + eps)
        }
    }
}
