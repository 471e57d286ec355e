import Foundation

/// A large array of float16 values: on the heap, or past a size in an unlinked scratch file that the kernel may page out.
///
/// SAFETY: the pointer never changes after creation; writers fill disjoint ranges before readers are let in.
package final class HalfStore: @unchecked Sendable {
    /// The first value's bit pattern.
    package let pointer: UnsafeMutablePointer<UInt16>

    /// The number of values.
    package let count: Int

    private let mappedBytes: Int

    /// Reserves room for `count` values.
    ///
    /// - Parameters:
    ///   - heapLimit: bytes above which a scratch file is used.
    ///   - folder: where that file is made; it has no name afterwards, so a crash leaves nothing behind.
    /// - Throws: `KernelError` when the file's room cannot be reserved.
    package init(
        count: Int, heapLimit: Int = 512 << 20, folder: String = NSTemporaryDirectory()
    ) throws(KernelError) {
        self.count = count
        let bytes = max(2, count * 2)
        guard bytes > heapLimit else {
            pointer = UnsafeMutablePointer<UInt16>.allocate(capacity: max(1, count))
            mappedBytes = 0
            return
        }
        var template = Array((folder + "/lethe-trunk-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw HalfStore.failure("create", folder, errno) }
        defer { close(descriptor) }
        unlink(template)
        // Reserving the blocks now turns a full disk into an error here instead of a fault at some later write.
        let status = posix_fallocate(descriptor, 0, bytes)
        guard status == 0 else { throw HalfStore.failure("reserve \(bytes) bytes in", folder, status) }
        let mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let mapping, mapping != MAP_FAILED else { throw HalfStore.failure("map", folder, errno) }
        pointer = mapping.bindMemory(to: UInt16.self, capacity: count)
        mappedBytes = bytes
    }

    deinit {
        if mappedBytes > 0 {
            munmap(pointer, mappedBytes)
        } else {
            pointer.deallocate()
        }
    }

    private static func failure(_ what: String, _ folder: String, _ code: Int32) -> KernelError {
        KernelError(
            .scratchFailed, "cannot \(what) a scratch file in \(folder): \(String(cString: strerror(code)))",
            remedy: "Free room there, or set TMPDIR to a folder with more")
    }
}
