import Crypto
import Foundation
import Storage

/// A file under way, hashed as it comes.
final class PartFile {
    /// Its path.
    private(set) var path: String

    /// How many bytes it has.
    private(set) var count = 0

    /// How many bytes may come until the room is looked at again.
    private static let uncheckedBytes = 8 << 20

    private let minimumFreeBytes: Int
    private var descriptor: Int32
    private var hasher = SHA256()
    private var unchecked = 0

    /// Opens the file, or makes it.
    ///
    /// - Parameters:
    ///   - resumes: whether what is there is kept; it is read once then, for its hash.
    ///   - minimumFreeBytes: bytes that stay free on the disk.
    init(_ path: String, resumes: Bool, minimumFreeBytes: Int) throws(FetchError) {
        descriptor = try PartFile.open(path, resumes: resumes)
        self.path = path
        self.minimumFreeBytes = minimumFreeBytes
        if resumes { try readExisting() }
    }

    deinit {
        close(descriptor)
    }

    private static func open(_ path: String, resumes: Bool) throws(FetchError) -> Int32 {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (resumes ? 0 : O_TRUNC)
        let descriptor = Foundation.open(path, flags, 0o640)
        guard descriptor >= 0 else { throw PartFile.failure("open") }
        return descriptor
    }

    private func readExisting() throws(FetchError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let got = read(descriptor, buffer.baseAddress, buffer.count)
            if got == 0 { return }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw PartFile.failure("read") }
            hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[0..<got]))
            count += got
        }
    }

    /// Begins anew in another file, or the same, and removes what was there.
    func restart(at path: String) throws(FetchError) {
        let fresh = try PartFile.open(path, resumes: false)
        if path != self.path { unlink(self.path) }
        close(descriptor)
        (descriptor, self.path, count) = (fresh, path, 0)
        hasher = SHA256()
    }

    /// Looks whether there is room.
    ///
    /// - Throws: `low-disk-space` if so many bytes more would leave too few free.
    func checkRoom(for bytes: Int) throws(FetchError) {
        let free = (try? Folder.freeBytes(path)) ?? 0
        guard free - bytes >= minimumFreeBytes else {
            throw FetchError(
                .lowDiskSpace, "\(free) bytes are free, too few for the file",
                remedy: "Free room on the state folder's filesystem")
        }
        unchecked = 0
    }

    /// Appends bytes.
    ///
    /// The room is looked at again and again: a length may be a lie or missing, and other files grow too.
    func append(_ bytes: UnsafeRawBufferPointer) throws(FetchError) {
        unchecked += bytes.count
        if unchecked >= PartFile.uncheckedBytes { try checkRoom(for: bytes.count) }
        var rest = bytes
        while !rest.isEmpty {
            let written = write(descriptor, rest.baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw PartFile.failure("write") }
            let piece = UnsafeRawBufferPointer(rebasing: rest[..<written])
            // Here and not at once, so that the hash is that of what the file holds, whatever fails.
            hasher.update(bufferPointer: piece)
            count += written
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// Flushes the file to the disk.
    ///
    /// - Returns: the SHA-256 of its bytes, in lower-case hexadecimal.
    func finish() throws(FetchError) -> String {
        guard fsync(descriptor) == 0 else { throw PartFile.failure("flush") }
        return hexadecimal(hasher.finalize())
    }

    private static func failure(_ what: String) -> FetchError {
        let isFull = errno == ENOSPC || errno == EDQUOT
        return FetchError(
            isFull ? .lowDiskSpace : .writeFailed, "cannot \(what) the part file: \(String(cString: strerror(errno)))",
            remedy: isFull ? "Free room on the state folder's filesystem" : nil)
    }
}
