import Foundation

/// A descriptor that becomes readable when something is renamed into a folder: inotify(7).
package final class FolderWatch {
    /// The descriptor to wait for.
    package let descriptor: Int32

    /// Starts watching.
    package init(_ folder: String) throws(StorageError) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else {
            throw StorageError(errno: errno, "watch the folder", path: folder, fallback: .readFailed)
        }
        // The folder's own end wakes too, so that its absence is noticed.
        let events = IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
        guard inotify_add_watch(descriptor, folder, UInt32(events)) >= 0 else {
            let error = StorageError(errno: errno, "watch the folder", path: folder, fallback: .readFailed)
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Takes all events that have come; what they say does not matter.
    package func drain() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}
