/// Causal softmax of attention scores, in place: row i of `rows` sees columns 0...lastColumn(i), the rest become 0.
///
/// - Parameters:
///   - scores: rows × columns, contiguous.
///   - scale: factor of the scores before the exponential, 1 / sqrt(head dimension).
///   - visible: for each row, how many leading columns it may see (at least 1).
package func causalSoftmax(
    _ scores: UnsafeMutablePointer<Float>, rows: Int, columns: Int, scale: Float, visible: (Int) -> Int
) {
    for row in 0..<rows {
        let x = scores + row &* columns
        let count = visible(row)
        var maximum = -Float.infinity
        var i = 0
        if count >= vectorWidth {
            var largest = load(x, 0)
            i = vectorWidth
            while i &+ vectorWidth <= count {
                largest = pointwiseMax(largest, load(x, i))
                i &+= vectorWidth
            }
            maximum = largest.max()
        }
        while i < count {
            maximum = max(maximum, x[i])
            i &+= 1
        }
        let factor = Vector(repeating: scale)
        let offset = Vector(repeating: -maximum * scale)
        var sum = Vector.zero
        i = 0
        while i &+ vectorWidth <= count {
            let e = exponential(offset.addingProduct(factor, load(x, i)))
            sum += e
            store(e, x, i)
            i &+= vectorWidth
        }
        var total = sum.sum()
        while i < count {
            x[i] = exponential((x[i] - maximum) * scale)
            total += x[i]
            i &+= 1
        }
        let inverse = 1 / total
        let inverses = Vector(repeating: inverse)
        i = 0
        while i &+ vectorWidth <= count {
            store(load(x, i) * inverses, x, i)
            i &+= vectorWidth
        }
        while i < count {
            x[i] *= inverse
            i &+= 1
        }
        while i < columns {
            x[i] = 0
            i &+= 1
        }
    }
}

/// The backward pass of `causalSoftmax`: turns d(probabilities) into d(scores) in place.
///
/// ds = scale · p · (dp − Σ dp · p). Where p is 0 (columns not seen) ds is 0 too.
package func causalSoftmaxBackward(
    _ gradients: UnsafeMutablePointer<Float>, probabilities: UnsafePointer<Float>, rows: Int, columns: Int, scale: Float
) {
    for row in 0..<rows {
        let d = gradients + row &* columns
        let p = probabilities + row &* columns
        let inner = dotProduct(d, p, count: columns)
        let minus = Vector(repeating: -inner)
        let factor = Vector(repeating: scale)
        var i = 0
        while i &+ vectorWidth <= columns {
            store((load(d, i) + minus) * load(p, i) * factor, d, i)
            i &+= vectorWidth
        }
        while i < columns {
            d[i] = (d[i] - inner) * p[i] * scale
            i &+= 1
        }
    }
}
