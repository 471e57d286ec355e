import FetchSpool
import Storage

/// The right to work on a spool, held by one process at a time.
final class FetchLock {
    private let lock: FileLock

    init(_ spool: FetchSpool) throws(FetchSpoolError) {
        let path = spool.root + "/.lock"
        let lock: FileLock?
        do {
            lock = try FileLock(path)
        } catch {
            throw FetchSpoolError(.writeFailed, error)
        }
        guard let lock else {
            throw FetchSpoolError(
                .inUse, "another process fetches for this state folder",
                remedy: "Stop it first, or leave the fetching to it", path: path)
        }
        self.lock = lock
    }
}
