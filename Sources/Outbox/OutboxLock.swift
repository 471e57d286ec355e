import Storage

/// The right to deliver an outbox's messages, held by one process at a time.
package final class OutboxLock {
    private let lock: FileLock

    /// Takes the lock.
    ///
    /// - Throws: `in-use` if another process holds it.
    package init(_ outbox: Outbox) throws(OutboxError) {
        let path = outbox.folder + "/.lock"
        let lock: FileLock?
        do {
            lock = try FileLock(path)
        } catch {
            throw OutboxError(.writeFailed, error)
        }
        guard let lock else {
            throw OutboxError(
                .inUse, "another process delivers this outbox's messages",
                remedy: "Stop it first, or leave the delivery to it", path: path)
        }
        self.lock = lock
    }
}
