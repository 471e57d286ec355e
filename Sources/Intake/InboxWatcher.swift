import Foundation
package import Storage
import Synchronization

/// inotify(7) over the inbox and all its folders.
///
/// One thread calls `wait`; `wake` may be called by any.
package final class InboxWatcher: Sendable {
    /// What happened.
    package enum Event: Sendable, Hashable {
        /// A file was closed after writing.
        case closed(String)

        /// A file was moved here, which means that its writer has finished.
        case moved(String)

        /// Events may have been missed, or folders came: look at the whole inbox.
        case rescan(String)
    }

    private let root: String
    private let descriptor: Int32
    /// A pipe whose reading end ends a `wait`.
    private let wakePipe: (read: Int32, write: Int32)
    private let watches = Mutex<[Int32: String]>([:])
    private let problem = Mutex<String?>(nil)

    /// Prepares to watch; folders are watched by `watch`.
    ///
    /// - Throws: `StorageError` where the system gives no watches.
    package init(root: String) throws(StorageError) {
        self.root = root
        descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        var ends: [Int32] = [-1, -1]
        let hasPipe = pipe(&ends) == 0
        for end in ends where hasPipe {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wakePipe = (ends[0], ends[1])
        guard descriptor >= 0, hasPipe else {
            throw StorageError(
                .readFailed, "the system gives no inotify instance",
                remedy: "Raise fs.inotify.max_user_instances", path: root)
        }
    }

    deinit {
        close(descriptor)
        close(wakePipe.read)
        close(wakePipe.write)
    }

    /// Why not every folder is watched; `nil` if all are.
    package var failure: String? { problem.withLock { $0 } }

    /// How many folders are watched.
    package var watchCount: Int { watches.withLock { $0.count } }

    /// Whether the inbox itself is watched.
    package var isRootWatched: Bool { watches.withLock { $0.values.contains(root) } }

    /// Watches folders, those already watched included.
    package func watch(_ folders: [String]) {
        let mask =
            UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_CREATE) | UInt32(IN_ATTRIB)
            | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR)
        var failed: String?
        for folder in folders {
            let number = inotify_add_watch(descriptor, folder, mask)
            if number >= 0 {
                watches.withLock { $0[number] = folder }
            } else if errno != ENOENT || folder == root {
                failed =
                    errno == ENOSPC
                    ? "no inotify watch is left (fs.inotify.max_user_watches); folders are looked at by turns"
                    : "a folder of the inbox cannot be watched: \(String(cString: strerror(errno)))"
            }
        }
        problem.withLock { $0 = failed }
    }

    /// Ends a `wait`, or the next one.
    package func wake() {
        var byte: UInt8 = 1
        // A full pipe wakes as well.
        _ = write(wakePipe.write, &byte, 1)
    }

    /// Waits for events.
    ///
    /// - Parameter seconds: how long, at most.
    package func wait(seconds: Double) -> [Event] {
        var descriptors = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakePipe.read, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&descriptors, 2, Int32(max(0, min(seconds, 86_400)) * 1000))
        var drained = [UInt8](repeating: 0, count: 64)
        while read(wakePipe.read, &drained, drained.count) > 0 {}
        var events: [Event] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 8)
        defer { buffer.deallocate() }
        while true {
            let length = read(descriptor, buffer.baseAddress, buffer.count)
            guard length > 0 else { break }
            var offset = 0
            while offset + MemoryLayout<inotify_event>.size <= length {
                let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                let nameStart = offset + MemoryLayout<inotify_event>.size
                let end = nameStart + Int(event.len)
                guard end <= length else { break }
                let bytes = buffer[nameStart..<end].prefix { $0 != 0 }
                if let name = String(validating: bytes, as: UTF8.self) {
                    if let event = interpret(event.wd, event.mask, name) { events.append(event) }
                } else {
                    // No path can say which file it is; a look at the whole inbox finds it.
                    events.append(.rescan("a name that is not UTF-8"))
                }
                offset = end
            }
        }
        return events
    }

    private func interpret(_ watch: Int32, _ mask: UInt32, _ name: String) -> Event? {
        // Of an overflow, the watch is -1 and no folder is known: this comes first.
        if mask & UInt32(IN_Q_OVERFLOW) != 0 { return .rescan("events were lost") }
        guard let folder = watches.withLock({ $0[watch] }) else { return nil }
        if mask & UInt32(IN_IGNORED) != 0 {
            watches.withLock { $0[watch] = nil }
            return folder == root ? .rescan("the inbox is no longer watched") : nil
        }
        if mask & (UInt32(IN_UNMOUNT) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)) != 0 {
            inotify_rm_watch(descriptor, watch)
            return .rescan("a folder was moved, removed or unmounted")
        }
        let path = "\(folder)/\(name)"
        if mask & UInt32(IN_ISDIR) != 0 { return .rescan("a folder came") }
        if mask & UInt32(IN_MOVED_TO) != 0 { return .moved(path) }
        if mask & UInt32(IN_CLOSE_WRITE) != 0 { return .closed(path) }
        // A link, FIFO or device is created and never closed by a writer; it is refused at sight.
        // A change of its mode may let us read a file that was refused.
        return mask & (UInt32(IN_CREATE) | UInt32(IN_ATTRIB)) != 0 ? .closed(path) : nil
    }
}
