import Foundation

/// What lstat(2) tells of a path, symbolic links not followed.
package struct FileStatus: Sendable, Hashable {
    /// What lies at a path.
    package enum Kind: String, Sendable, Hashable {
        case regular = "regular file"
        case folder
        case symbolicLink = "symbolic link"
        case fifo = "FIFO"
        case socket
        case device
    }

    /// What it is.
    package var kind: Kind

    /// The device that it lies on.
    package var device: Int64

    /// Its inode.
    package var inode: Int64

    /// Its size in bytes.
    package var bytes: Int

    /// When it was modified last: seconds and nanoseconds since 1970.
    package var modifiedSeconds: Int64
    package var modifiedNanoseconds: Int64

    /// Looks at a path; `nil` if nothing lies there.
    ///
    /// - Throws: `StorageError` where it cannot be looked at.
    package static func of(_ path: String) throws(StorageError) -> FileStatus? {
        var information = stat()
        guard lstat(path, &information) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw StorageError(errno: errno, "inspect", path: path, fallback: .readFailed)
        }
        return FileStatus(information)
    }

    init(_ information: stat) {
        kind =
            switch information.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .fifo
            case S_IFSOCK: .socket
            default: .device
            }
        device = Int64(bitPattern: UInt64(information.st_dev))
        inode = Int64(bitPattern: UInt64(information.st_ino))
        bytes = Int(information.st_size)
        modifiedSeconds = Int64(information.st_mtim.tv_sec)
        modifiedNanoseconds = Int64(information.st_mtim.tv_nsec)
    }

    /// The time of modification as one text, for comparison.
    package var modified: String { "\(modifiedSeconds).\(modifiedNanoseconds)" }
}
