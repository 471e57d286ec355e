import Foundation

/// A lock that one process at a time holds, on a file that is made for it.
///
/// It ends with the process, however that ends: flock(2).
package final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock; `nil` while somebody else holds it.
    ///
    /// - Throws: `write-failed` where the file cannot be opened.
    package init?(_ path: String) throws(StorageError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw StorageError(.writeFailed, "cannot open the lock: \(String(cString: strerror(errno)))", path: path)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
    }

    deinit {
        guard descriptor >= 0 else { return }
        // By itself a descriptor that a child process is just about to close would hold the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
