import Foundation

/// A file that appears under its name whole or not at all.
///
/// Bytes go to a temporary file in the same folder; `commit` flushes it to the disk, renames it into place and flushes
/// the folder. A value that is dropped without `commit` leaves nothing behind.
package final class AtomicFile {
    /// The name it will have.
    package let path: String

    private let temporaryPath: String
    private var descriptor: Int32
    private var buffer: [UInt8] = []

    /// Creates the temporary file.
    ///
    /// - Parameter mode: permissions of the file.
    package init(_ path: String, mode: UInt32 = 0o600) throws(StorageError) {
        self.path = path
        // The name is not part of it: that would be too long for the longest names.
        temporaryPath = "\(AtomicFile.folder(of: path))/.lethe-\(UUID().uuidString).tmp"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw StorageError(errno: errno, "create", path: path, fallback: .writeFailed) }
        buffer.reserveCapacity(1 << 16)
    }

    deinit {
        discard()
    }

    /// Appends bytes.
    package func write(_ bytes: some Sequence<UInt8>) throws(StorageError) {
        guard descriptor >= 0 else {
            throw StorageError(.writeFailed, "cannot write: the file is already finished", path: path)
        }
        buffer.append(contentsOf: bytes)
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Flushes what was written to the disk, still under the temporary name.
    package func prepare() throws(StorageError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw failure("flush") }
    }

    /// Makes the file durable under its name; nothing can be written afterwards.
    ///
    /// - Parameter flushesFolder: whether the name is durable too; a caller that commits several files into one folder
    ///   flushes it once itself.
    package func commit(flushesFolder: Bool = true) throws(StorageError) {
        try prepare()
        let isClosed = close(descriptor) == 0
        descriptor = -1
        guard isClosed, rename(temporaryPath, path) == 0 else {
            let error = failure(isClosed ? "rename" : "close")
            unlink(temporaryPath)
            throw error
        }
        if flushesFolder { try Folder.flush(AtomicFile.folder(of: path)) }
    }

    /// Removes what was written; harmless after `commit`.
    package func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(temporaryPath)
    }

    /// Writes a whole file atomically.
    package static func write(
        _ bytes: some Sequence<UInt8>, to path: String, mode: UInt32 = 0o600
    ) throws(StorageError) {
        let file = try AtomicFile(path, mode: mode)
        try file.write(bytes)
        try file.commit()
    }

    private func flush() throws(StorageError) {
        var start = 0
        while start < buffer.count {
            let written = buffer.withUnsafeBytes { bytes in
                Foundation.write(descriptor, bytes.baseAddress! + start, bytes.count - start)
            }
            if written < 0 {
                if errno == EINTR { continue }
                let error = failure("write")
                // Part of the buffer may be in the file: written again, it would stand there twice.
                discard()
                throw error
            }
            start += written
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func failure(_ what: String) -> StorageError {
        StorageError(errno: errno, what, path: path, fallback: .writeFailed)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
