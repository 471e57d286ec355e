import Foundation

/// Which components of a head are turned together.
package enum RotaryPairing: Sendable {
    /// Components 2i and 2i + 1, as GGUF files of the `llama` architecture store their weights.
    case adjacent

    /// Components i and i + half, as `qwen2` files do.
    case halves
}

/// Cosines and sines of rotary position embedding (Su et al., 2021): angle = position / base^(2i / dimension).
package final class RotaryTable: Sendable {
    /// Positions that the table covers.
    package let positionCount: Int

    /// Half of the rotated components of a head.
    package let half: Int

    private let cosines: FloatBuffer
    private let sines: FloatBuffer

    /// Computes the table, positions × dimension / 2, in float64 rounded to float32.
    ///
    /// - Parameter frequencyFactors: divisors of each frequency (Llama 3's `rope_freqs`), or none.
    package init(positionCount: Int, dimension: Int, base: Double, frequencyFactors: [Float] = []) {
        self.positionCount = positionCount
        half = dimension / 2
        cosines = FloatBuffer(count: positionCount * half)
        sines = FloatBuffer(count: positionCount * half)
        for i in 0..<half {
            let factor = i < frequencyFactors.count ? Double(frequencyFactors[i]) : 1
            let frequency = pow(base, -2 * Double(i) / Double(dimension)) / factor
            for position in 0..<positionCount {
                // The angle is rounded to float32 first, as every reference implementation does.
                let angle = Double(Float(position) * Float(frequency))
                cosines.pointer[position * half + i] = Float(cos(angle))
                sines.pointer[position * half + i] = Float(sin(angle))
            }
        }
    }

    /// Turns `heads` heads of one row in place, forwards or (for gradients) backwards.
    ///
    /// - Precondition: position < positionCount.
    package func rotate(
        _ row: UnsafeMutablePointer<Float>, heads: Int, headDimension: Int, position: Int, pairing: RotaryPairing,
        backward: Bool = false
    ) {
        let cosine = cosines.pointer + position &* half
        let sine = sines.pointer + position &* half
        let sign: Float = backward ? -1 : 1
        for head in 0..<heads {
            let x = row + head &* headDimension
            switch pairing {
            case .adjacent:
                for i in 0..<half {
                    let a = x[2 &* i]
                    let b = x[2 &* i &+ 1]
                    let s = sine[i] * sign
                    x[2 &* i] = a * cosine[i] - b * s
                    x[2 &* i &+ 1] = a * s + b * cosine[i]
                }
            case .halves:
                for i in 0..<half {
                    let a = x[i]
                    let b = x[i &+ half]
                    let s = sine[i] * sign
                    x[i] = a * cosine[i] - b * s
                    x[i &+ half] = a * s + b * cosine[i]
                }
            }
        }
    }
}
