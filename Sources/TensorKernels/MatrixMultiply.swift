import COneDNN

/// A row-major float32 matrix in memory that somebody else owns.
package struct MatrixView {
    /// The first value.
    package var pointer: UnsafeMutablePointer<Float>

    /// Values from one stored row's start to the next one's.
    package var rowStride: Int

    /// Whether a product reads the matrix with rows and columns exchanged.
    package var isTransposed = false

    /// Creates a view.
    package init(_ pointer: UnsafeMutablePointer<Float>, rowStride: Int) {
        self.pointer = pointer
        self.rowStride = rowStride
    }

    /// The same memory, read with rows and columns exchanged.
    package var transposed: MatrixView {
        var view = self
        view.isTransposed.toggle()
        return view
    }

    fileprivate var blasLetter: CChar { isTransposed ? 0x54 : 0x4E }
}

/// C ← scale · A · B + keep · C, row-major float32, through oneDNN's `dnnl_sgemm` on the calling thread.
///
/// - Parameters:
///   - a: rows × depth, or its transpose's memory.
///   - b: depth × columns, or its transpose's memory.
///   - c: rows × columns, as stored.
/// - Throws: `KernelError` when oneDNN reports a failure, after which C holds nothing of use. oneDNN generates code at
///   run time: under a `MemoryDenyWriteExecute` sandbox it fails in just this way.
package func matrixMultiply(
    _ a: MatrixView, _ b: MatrixView, into c: MatrixView, rows: Int, columns: Int, depth: Int, scale: Float = 1,
    keep: Float = 0
) throws(KernelError) {
    guard rows > 0, columns > 0, depth > 0 else { return }
    let status = dnnl_sgemm(
        a.blasLetter, b.blasLetter, Int64(rows), Int64(columns), Int64(depth), scale, a.pointer, Int64(a.rowStride),
        b.pointer, Int64(b.rowStride), keep, c.pointer, Int64(c.rowStride))
    guard status == dnnl_success else {
        throw KernelError(
            .matrixMultiplyFailed, "dnnl_sgemm answered status \(status.rawValue)",
            remedy: "Run without a sandbox that forbids generated code, such as systemd's MemoryDenyWriteExecute")
    }
}

/// Makes oneDNN run on the calling thread alone.
///
/// Every thread that multiplies calls this once.
///
/// Lethe's parallelism is over independent parts of a batch: a second pool inside the product would only compete.
package func useSingleThreadedProducts() {
    omp_set_num_threads(1)
}
