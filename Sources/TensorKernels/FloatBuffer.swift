import Foundation

/// A fixed run of float32 values, 64-byte aligned, zeroed at creation and freed with its owner.
///
/// SAFETY: the pointer never changes after creation; who may write which part when is the owner's contract, kept by
/// `WorkerPool.run`, whose workers write disjoint parts and whose return orders their writes before the reader's reads.
package final class FloatBuffer: @unchecked Sendable {
    /// The first value.
    package let pointer: UnsafeMutablePointer<Float>

    /// The number of values.
    package let count: Int

    /// Allocates `count` zeros.
    package init(count: Int) {
        precondition(count >= 0 && count < 1 << 40, "a buffer's size is computed from checked shapes")
        self.count = count
        let bytes = max(64, (count * MemoryLayout<Float>.stride + 63) & ~63)
        // Pages of a large calloc-like allocation come zeroed from the kernel and cost nothing until they are touched.
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        pointer = raw.assumingMemoryBound(to: Float.self)
    }

    /// Allocates a copy of `values`.
    package convenience init(_ values: [Float]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { pointer[index] = value }
    }

    deinit {
        pointer.deallocate()
    }

    /// The values, copied out.
    package var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    /// Sets every value to zero.
    package func zero() {
        pointer.update(repeating: 0, count: count)
    }
}
