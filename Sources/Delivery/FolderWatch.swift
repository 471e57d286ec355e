import Foundation
import Outbox

/// A descriptor that becomes readable when something is renamed into a folder: inotify(7).
final class FolderWatch {
    /// The descriptor to wait for.
    let descriptor: Int32

    /// Starts watching.
    init(_ folder: String) throws(OutboxError) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { throw FolderWatch.failure(folder) }
        // The folder's own end wakes too, so that its absence is noticed.
        let events = IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
        guard inotify_add_watch(descriptor, folder, UInt32(events)) >= 0 else {
            let error = FolderWatch.failure(folder)
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Takes all events that have come; what they say does not matter.
    func drain() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }

    private static func failure(_ folder: String) -> OutboxError {
        OutboxError(.readFailed, "cannot watch the folder: \(String(cString: strerror(errno)))", path: folder)
    }
}
