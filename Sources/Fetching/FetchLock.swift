import FetchSpool
import Foundation

/// The right to work on a spool, held by one process at a time.
///
/// It ends with the process, however that ends: flock(2).
final class FetchLock {
    private let descriptor: Int32

    init(_ spool: FetchSpool) throws(FetchSpoolError) {
        let path = spool.root + "/.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw FetchSpoolError(
                .writeFailed, "cannot open the lock: \(String(cString: strerror(errno)))", path: path)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw FetchSpoolError(
                .inUse, "another process fetches for this state folder",
                remedy: "Stop it first, or leave the fetching to it", path: path)
        }
        self.descriptor = descriptor
    }

    deinit {
        // By itself a descriptor that a child process is just about to close would hold the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
