import Foundation

/// A folder that is held open, so that a path below it means the same folder however its name is given away meanwhile.
///
/// The daemon goes through it to what the process with network has written, which may put links in its way.
package final class HeldFolder {
    private let descriptor: Int32

    /// A path to the folder, good as long as this lives: proc_pid_fd(5).
    package var path: String { "/proc/self/fd/\(descriptor)" }

    /// Opens a folder; the last part of its path may be no link.
    package convenience init(_ path: String) throws(FetchSpoolError) {
        try self.init(AT_FDCWD, path)
    }

    private init(_ parent: Int32, _ name: String) throws(FetchSpoolError) {
        descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            // What is a link, and what is no folder: ELOOP or ENOTDIR.
            throw FetchSpoolError(
                [ELOOP, ENOTDIR].contains(errno) ? .malformedFile : .readFailed,
                "cannot open the folder: \(String(cString: strerror(errno)))", path: name)
        }
    }

    /// Opens a folder in this one, which may be no link; `nil` if nothing is there.
    package func folder(_ name: String) throws(FetchSpoolError) -> HeldFolder? {
        var information = stat()
        if fstatat(descriptor, name, &information, AT_SYMLINK_NOFOLLOW) != 0, errno == ENOENT { return nil }
        return try HeldFolder(descriptor, name)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}

extension FetchSpool {
    /// The same spool with its whole files and receipts in a folder that is held open.
    package func with(ready folder: HeldFolder) -> FetchSpool {
        var spool = self
        spool.ready = folder.path
        return spool
    }
}
