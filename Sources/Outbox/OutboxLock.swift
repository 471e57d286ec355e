import Foundation

/// The right to deliver an outbox's messages, held by one process at a time.
///
/// It ends with the process, however that ends: flock(2).
package final class OutboxLock {
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Throws: `in-use` if another process holds it.
    package init(_ outbox: Outbox) throws(OutboxError) {
        let path = outbox.folder + "/.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw OutboxError(.writeFailed, "cannot open the lock: \(String(cString: strerror(errno)))", path: path)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw OutboxError(
                .inUse, "another process delivers this outbox's messages",
                remedy: "Stop it first, or leave the delivery to it", path: path)
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
