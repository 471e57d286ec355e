import Foundation

/// Softmax cross-entropy over logits that are stored vocabulary-major: `logits[v · columns + c]` belongs to position c.
///
/// The head's product W · hᵀ gives this layout from the one stored copy of W, and each step below runs along the
/// positions, which lie side by side.
///
/// - Parameters:
///   - logits: vocabulary × columns; overwritten by d(loss)/d(logits) where `weights` is given.
///   - targets: the vocabulary index of each position's next token.
///   - weights: d(total loss)/d(loss of the position), or `nil` to leave the logits as they are.
///   - losses: receives −log p(target) of each position, in nats.
///   - scratch: at least 2 · columns values.
package func crossEntropy(
    _ logits: UnsafeMutablePointer<Float>, vocabulary: Int, columns: Int, targets: UnsafePointer<Int32>,
    weights: UnsafePointer<Float>?, losses: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
) {
    let maxima = scratch
    let sums = scratch + columns
    columnMaxima(logits, vocabulary: vocabulary, columns: columns, into: maxima)
    for c in 0..<columns { sums[c] = 0 }
    // Losses need the target's logit before it is overwritten.
    for c in 0..<columns { losses[c] = logits[Int(targets[c]) &* columns &+ c] }
    accumulateExponentials(
        logits, vocabulary: vocabulary, columns: columns, maxima: maxima, sums: sums, keep: weights != nil)
    for c in 0..<columns { losses[c] = log(sums[c]) + maxima[c] - losses[c] }
    guard let weights else { return }
    for c in 0..<columns { sums[c] = weights[c] / sums[c] }
    for v in 0..<vocabulary {
        let row = logits + v &* columns
        var c = 0
        while c &+ vectorWidth <= columns {
            store(load(row, c) * load(sums, c), row, c)
            c &+= vectorWidth
        }
        while c < columns {
            row[c] *= sums[c]
            c &+= 1
        }
    }
    for c in 0..<columns { logits[Int(targets[c]) &* columns &+ c] -= weights[c] }
}

private func columnMaxima(
    _ logits: UnsafeMutablePointer<Float>, vocabulary: Int, columns: Int, into maxima: UnsafeMutablePointer<Float>
) {
    for c in 0..<columns { maxima[c] = -Float.infinity }
    for v in 0..<vocabulary {
        let row = logits + v &* columns
        var c = 0
        while c &+ vectorWidth <= columns {
            store(pointwiseMax(load(maxima, c), load(row, c)), maxima, c)
            c &+= vectorWidth
        }
        while c < columns {
            maxima[c] = max(maxima[c], row[c])
            c &+= 1
        }
    }
}

private func accumulateExponentials(
    _ logits: UnsafeMutablePointer<Float>, vocabulary: Int, columns: Int, maxima: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>, keep: Bool
) {
    for v in 0..<vocabulary {
        let row = logits + v &* columns
        var c = 0
        while c &+ vectorWidth <= columns {
            let e = exponential(load(row, c) - load(maxima, c))
            store(load(sums, c) + e, sums, c)
            if keep { store(e, row, c) }
            c &+= vectorWidth
        }
        while c < columns {
            let e = exponential(row[c] - maxima[c])
            sums[c] += e
            if keep { row[c] = e }
            c &+= 1
        }
    }
}
