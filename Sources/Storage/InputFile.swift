import Crypto
import Foundation

/// A regular file read once from front to back, with a check that it stayed the same meanwhile.
///
/// It is read by `read(2)`, never mapped: a mapped file that somebody shortens kills its reader.
package final class InputFile {
    /// The path as the caller gave it.
    package let path: String

    /// Size at opening, in bytes.
    package let byteCount: Int

    private let descriptor: Int32
    private let opened: stat
    private var hasher = SHA256()
    private var bytesRead = 0

    /// Opens a regular file; anything else is refused without waiting for it.
    ///
    /// - Parameter followsLinks: whether the path's last part may be a symbolic link.
    package init(_ path: String, followsLinks: Bool = true) throws(StorageError) {
        // Without O_NONBLOCK, opening a FIFO would wait for its writer; without O_NOCTTY, a terminal might become ours.
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followsLinks ? 0 : O_NOFOLLOW)
        let descriptor = open(path, flags)
        guard descriptor >= 0 else { throw StorageError(errno: errno, "open", path: path, fallback: .readFailed) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else {
            let code = errno
            close(descriptor)
            throw StorageError(errno: code, "inspect", path: path, fallback: .readFailed)
        }
        let kind = information.st_mode & S_IFMT
        guard kind == S_IFREG else {
            close(descriptor)
            throw kind == S_IFDIR
                ? StorageError(.isDirectory, "cannot read: it is a directory", remedy: "Name a file", path: path)
                : StorageError(
                    .notRegularFile, "cannot read: it is not a regular file", remedy: "Copy its contents to a file",
                    path: path)
        }
        // From here on `deinit` closes the descriptor, so no failure may come after.
        self.path = path
        self.descriptor = descriptor
        opened = information
        byteCount = Int(information.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// Reads the next bytes into `buffer`; 0 at the end.
    ///
    /// - Throws: `StorageError.Code.changedDuringRead` as soon as there are more bytes than at opening, so that a file
    ///   that grows as fast as it is read ends too.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(StorageError) -> Int {
        while true {
            let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 {
                bytesRead += count
                guard bytesRead <= byteCount else { throw changed() }
                hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
                return count
            }
            guard errno == EINTR else {
                throw StorageError(errno: errno, "read", path: path, fallback: .readFailed)
            }
        }
    }

    /// Checks, after the last byte was read, that the file is still what was opened, and what its path means.
    ///
    /// - Returns: the SHA-256 of the bytes that were read, in lower-case hexadecimal.
    package func finish() throws(StorageError) -> String {
        var now = stat()
        let unchanged =
            stat(path, &now) == 0 && now.st_dev == opened.st_dev && now.st_ino == opened.st_ino
            && now.st_size == opened.st_size && bytesRead == byteCount
            && now.st_mtim.tv_sec == opened.st_mtim.tv_sec && now.st_mtim.tv_nsec == opened.st_mtim.tv_nsec
        guard unchanged else { throw changed() }
        return hexadecimal(hasher.finalize())
    }

    private func changed() -> StorageError {
        StorageError(
            .changedDuringRead, "the file changed while it was read",
            remedy: "Let its writer finish: write under another name, then rename", path: path)
    }

    /// Reads a whole small file.
    ///
    /// - Parameters:
    ///   - limit: the most bytes it may have.
    ///   - followsLinks: as for the initializer.
    package static func contents(
        of path: String, limit: Int = 16 << 20, followsLinks: Bool = true
    ) throws(StorageError) -> [UInt8] {
        let file = try InputFile(path, followsLinks: followsLinks)
        guard file.byteCount <= limit else {
            throw StorageError(.readFailed, "the file is larger than \(limit) bytes", path: path)
        }
        // One byte more than it has now, so that a file that grew is noticed.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: file.byteCount + 1, alignment: 16)
        defer { buffer.deallocate() }
        var used = 0
        while used < buffer.count {
            let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[used...]))
            if count == 0 { break }
            used += count
        }
        _ = try file.finish()
        return Array(buffer[0..<used])
    }

    /// The SHA-256 of a file's bytes, in lower-case hexadecimal.
    package static func sha256(of path: String) throws(StorageError) -> String {
        let file = try InputFile(path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while try file.read(into: buffer) > 0 {}
        return try file.finish()
    }
}

/// Bytes as lower-case hexadecimal.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

/// The SHA-256 of bytes in memory, in lower-case hexadecimal.
package func sha256(of bytes: [UInt8]) -> String {
    hexadecimal(SHA256.hash(data: bytes))
}
