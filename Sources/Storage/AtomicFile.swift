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
        let (folder, name) = AtomicFile.split(path)
        temporaryPath = "\(folder)/.\(name).\(UUID().uuidString).tmp"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw StorageError(errno: errno, "create", path: path, fallback: .writeFailed) }
        buffer.reserveCapacity(1 << 16)
    }

    deinit {
        discard()
    }

    /// Appends bytes.
    package func write(_ bytes: some Sequence<UInt8>) throws(StorageError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Flushes what was written to the disk, still under the temporary name.
    package func prepare() throws(StorageError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw failure("flush") }
    }

    /// Makes the file durable under its name; nothing can be written afterwards.
    package func commit() throws(StorageError) {
        try prepare()
        guard close(descriptor) == 0 else {
            descriptor = -1
            throw failure("close")
        }
        descriptor = -1
        guard rename(temporaryPath, path) == 0 else {
            let error = failure("rename")
            unlink(temporaryPath)
            throw error
        }
        try AtomicFile.flushFolder(of: path)
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
                throw failure("write")
            }
            start += written
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func failure(_ what: String) -> StorageError {
        StorageError(errno: errno, what, path: path, fallback: .writeFailed)
    }

    private static func flushFolder(of path: String) throws(StorageError) {
        let folder = open(split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            throw StorageError(errno: errno, "open the folder", path: path, fallback: .writeFailed)
        }
        defer { close(folder) }
        guard fsync(folder) == 0 else {
            throw StorageError(errno: errno, "flush the folder", path: path, fallback: .writeFailed)
        }
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
    }
}
