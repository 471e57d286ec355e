import COneDNN

/// A row-major float32 matrix in memory that somebody else owns.
package struct MatrixView {
    /// The first value.
    package var pointer: UnsafeMutablePointer<Float>

    /// Values from one row's start to the next row's.
    package var rowStride: Int

    /// Creates a view.
    package init(_ pointer: UnsafeMutablePointer<Float>, rowStride: Int) {
        self.pointer = pointer
        self.rowStride = rowStride
    }
}

/// Whether an operand of a product is read as stored or transposed.
package enum Orientation {
    case asStored
    case transposed

    fileprivate var blasLetter: CChar { self == .asStored ? 0x4E : 0x54 }
}

/// C ← scale · op(A) · op(B) + keep · C, row-major float32, through oneDNN's `dnnl_sgemm` on the calling thread.
///
/// - Parameters:
///   - rows: rows of op(A) and of C.
///   - columns: columns of op(B) and of C.
///   - depth: columns of op(A), rows of op(B).
/// - Throws: `KernelError` when oneDNN reports a failure, after which C holds nothing of use. oneDNN generates code at
///   run time: under a `MemoryDenyWriteExecute` sandbox it fails in just this way.
package func matrixMultiply(
    _ a: MatrixView, _ aOrientation: Orientation = .asStored, _ b: MatrixView, _ bOrientation: Orientation = .asStored,
    into c: MatrixView, rows: Int, columns: Int, depth: Int, scale: Float = 1, keep: Float = 0
) throws(KernelError) {
    guard rows > 0, columns > 0, depth > 0 else { return }
    let status = dnnl_sgemm(
        aOrientation.blasLetter, bOrientation.blasLetter, Int64(rows), Int64(columns), Int64(depth), scale,
        a.pointer, Int64(a.rowStride), b.pointer, Int64(b.rowStride), keep, c.pointer, Int64(c.rowStride))
    guard status == dnnl_success else {
        throw KernelError(
            .matrixMultiplyFailed, "dnnl_sgemm answered status \(status.rawValue)",
            remedy: "Run without a sandbox that forbids generated code, such as systemd's MemoryDenyWriteExecute")
    }
}

/// Makes oneDNN run on the calling thread alone. Every thread that multiplies calls this once.
///
/// Lethe's parallelism is over independent parts of a batch: a second pool inside the product would only compete.
package func useSingleThreadedProducts() {
    omp_set_num_threads(1)
}
