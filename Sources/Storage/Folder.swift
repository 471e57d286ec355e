import Foundation

/// Folders and moves that are on the disk when the call returns.
package enum Folder {
    /// Makes a folder, and those above it, if they are not there.
    ///
    /// - Parameter mode: the permissions of each folder that is made, whatever the umask.
    package static func create(_ path: String, mode: UInt32 = 0o750) throws(StorageError) {
        // First of all: a sandbox that forbids to set the group bit lets mkdir(2) fail even where there is nothing to make.
        if isFolder(path) { return }
        if mkdir(path, mode) == 0 {
            chmod(path, mode)
            return try flush((path as NSString).deletingLastPathComponent)
        }
        switch errno {
        case EEXIST:
            // Somebody else may have made it meanwhile.
            guard isFolder(path) else {
                throw StorageError(errno: ENOTDIR, "make the folder", path: path, fallback: .writeFailed)
            }
        case ENOENT:
            let parent = (path as NSString).deletingLastPathComponent
            guard !parent.isEmpty, parent != path else {
                throw StorageError(errno: ENOENT, "make the folder", path: path, fallback: .writeFailed)
            }
            try create(parent, mode: mode)
            try create(path, mode: mode)
        default: throw StorageError(errno: errno, "make the folder", path: path, fallback: .writeFailed)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }

    /// Flushes a folder's entries to the disk.
    package static func flush(_ path: String) throws(StorageError) {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StorageError(errno: errno, "open the folder", path: path, fallback: .writeFailed)
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StorageError(errno: errno, "flush the folder", path: path, fallback: .writeFailed)
        }
    }

    /// Moves a file or folder on one filesystem, and flushes both folders; never replaces a folder that has entries.
    ///
    /// - Parameter flushes: whether the folders are flushed; a caller that moves several flushes them once itself.
    package static func move(_ source: String, to target: String, flushes: Bool = true) throws(StorageError) {
        guard rename(source, target) == 0 else {
            throw StorageError(errno: errno, "move", path: source, fallback: .writeFailed)
        }
        guard flushes else { return }
        let from = (source as NSString).deletingLastPathComponent
        let to = (target as NSString).deletingLastPathComponent
        try flush(to)
        if from != to { try flush(from) }
    }

    /// Removes a file or a folder with all that is in it; harmless where nothing is there.
    package static func remove(_ path: String) throws(StorageError) {
        guard try FileStatus.of(path) != nil else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            if try FileStatus.of(path) == nil { return }
            throw StorageError(.writeFailed, "cannot remove", path: path)
        }
        try flush((path as NSString).deletingLastPathComponent)
    }

    /// Names in a folder, sorted; empty where there is no such folder.
    package static func names(_ path: String) throws(StorageError) -> [String] {
        guard try FileStatus.of(path) != nil else { return [] }
        return try entries(path).map(\.name)
    }

    /// Bytes that a user without privileges may still write on the filesystem of a path.
    package static func freeBytes(_ path: String) throws(StorageError) -> Int {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else {
            throw StorageError(errno: errno, "inspect the filesystem", path: path, fallback: .readFailed)
        }
        return Int(
            clamping: UInt64(information.f_bavail).multipliedReportingOverflow(by: UInt64(information.f_frsize))
                .partialValue)
    }
}
