/// Root-mean-square normalisation of each row: y = x / sqrt(mean(x²) + ε) · gain (Zhang and Sennrich, 2019).
///
/// - Parameters:
///   - x: rows × width.
///   - inverse: receives 1 / sqrt(mean(x²) + ε) of each row, which the backward pass needs.
package func rmsNorm(
    _ x: UnsafePointer<Float>, gain: UnsafePointer<Float>, epsilon: Float, rows: Int, width: Int,
    into y: UnsafeMutablePointer<Float>, inverse: UnsafeMutablePointer<Float>
) {
    for row in 0..<rows {
        let x = x + row &* width
        let y = y + row &* width
        let scale = 1 / (dotProduct(x, x, count: width) / Float(width) + epsilon).squareRoot()
        inverse[row] = scale
        let factor = Vector(repeating: scale)
        var i = 0
        while i &+ vectorWidth <= width {
            store(load(x, i) * factor * load(gain, i), y, i)
            i &+= vectorWidth
        }
        while i < width {
            y[i] = x[i] * scale * gain[i]
            i &+= 1
        }
    }
}

/// The backward pass of `rmsNorm`: adds the gradient with respect to x to `dx`.
///
/// The gain is frozen.
///
/// With n = x · inverse and g = dy · gain: dx = inverse · (g − n · mean(g · n)).
package func rmsNormBackward(
    _ dy: UnsafePointer<Float>, x: UnsafePointer<Float>, inverse: UnsafePointer<Float>, gain: UnsafePointer<Float>,
    rows: Int, width: Int, addingTo dx: UnsafeMutablePointer<Float>
) {
    for row in 0..<rows {
        let x = x + row &* width
        let dy = dy + row &* width
        let dx = dx + row &* width
        let scale = inverse[row]
        var sum = Vector.zero
        var i = 0
        while i &+ vectorWidth <= width {
            sum = sum.addingProduct(load(dy, i) * load(gain, i), load(x, i))
            i &+= vectorWidth
        }
        var total = sum.sum()
        while i < width {
            total += dy[i] * gain[i] * x[i]
            i &+= 1
        }
        // mean(g · n) · inverse, with n = x · inverse: the factor of x in dx / inverse.
        let correction = total * scale * scale / Float(width)
        let factor = Vector(repeating: scale)
        let minus = Vector(repeating: -correction)
        i = 0
        while i &+ vectorWidth <= width {
            let inner = (load(dy, i) * load(gain, i)).addingProduct(minus, load(x, i))
            store(load(dx, i).addingProduct(factor, inner), dx, i)
            i &+= vectorWidth
        }
        while i < width {
            dx[i] += scale * (dy[i] * gain[i] - correction * x[i])
            i &+= 1
        }
    }
}
