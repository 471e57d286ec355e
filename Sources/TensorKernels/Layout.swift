/// target ← sourceᵀ, with source rows × columns, in blocks that fit the first-level cache.
///
/// - Parameter targetStride: values from one row of the target to the next; `rows` if it is left out.
package func transpose(
    _ source: UnsafePointer<Float>, rows: Int, columns: Int, into target: UnsafeMutablePointer<Float>,
    targetStride: Int? = nil
) {
    let stride = targetStride ?? rows
    let block = 32
    var r0 = 0
    while r0 < rows {
        let r1 = min(r0 &+ block, rows)
        var c0 = 0
        while c0 < columns {
            let c1 = min(c0 &+ block, columns)
            for c in c0..<c1 {
                for r in r0..<r1 { target[c &* stride &+ r] = source[r &* columns &+ c] }
            }
            c0 = c1
        }
        r0 = r1
    }
}

/// Copies the rows that `indices` names, side by side.
package func gatherRows(
    _ source: UnsafePointer<Float>, indices: UnsafeBufferPointer<Int32>, width: Int,
    into target: UnsafeMutablePointer<Float>
) {
    for (row, index) in indices.enumerated() {
        (target + row &* width).update(from: source + Int(index) &* width, count: width)
    }
}

/// Adds each row of `source` to the row of `target` that `indices` names.
package func scatterAddRows(
    _ source: UnsafePointer<Float>, indices: UnsafeBufferPointer<Int32>, width: Int,
    into target: UnsafeMutablePointer<Float>
) {
    for (row, index) in indices.enumerated() {
        add(source + row &* width, into: target + Int(index) &* width, count: width)
    }
}

/// Rounds float32 values to float16; values beyond its range become its largest finite ones.
package func narrow(_ source: UnsafePointer<Float>, count: Int, into target: UnsafeMutablePointer<UInt16>) {
    for i in 0..<count { target[i] = Float16(max(-65504, min(65504, source[i]))).bitPattern }
}

/// Widens float16 bit patterns to float32.
package func widen(_ source: UnsafePointer<UInt16>, count: Int, into target: UnsafeMutablePointer<Float>) {
    for i in 0..<count { target[i] = Float(Float16(bitPattern: source[i])) }
}
