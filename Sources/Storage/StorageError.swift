package import Diagnostics
import Foundation

/// A file could not be read or written.
package struct StorageError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case notFound = "not-found"
        case permissionDenied = "permission-denied"
        case isDirectory = "is-directory"
        case notRegularFile = "not-regular-file"
        case changedDuringRead = "changed-during-read"
        case readFailed = "read-failed"
        case writeFailed = "write-failed"
        case noSpace = "no-space"
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?

    /// Creates an error about a path.
    package init(_ code: Code, _ message: String, remedy: String? = nil, path: String) {
        self.code = code
        self.message = message
        self.remedy = remedy
        location = SourceLocation(path: path)
    }

    /// Describes a failed system call from its `errno`.
    init(errno code: Int32, _ what: String, path: String, fallback: Code) {
        let reason = String(cString: strerror(code))
        switch code {
        case ENOENT, ENOTDIR:
            self.init(.notFound, "cannot \(what): no such file", remedy: "Check the path", path: path)
        case EACCES, EPERM:
            self.init(
                .permissionDenied, "cannot \(what): permission denied",
                remedy: "Give the user that runs Lethe access to it", path: path)
        case EISDIR: self.init(.isDirectory, "cannot \(what): it is a directory", remedy: "Name a file", path: path)
        case ENXIO:
            // What open(2) says of a socket, and of a device without a driver.
            self.init(
                .notRegularFile, "cannot \(what): it is not a regular file", remedy: "Copy its contents to a file",
                path: path)
        case ENOSPC, EDQUOT:
            self.init(.noSpace, "cannot \(what): \(reason)", remedy: "Free room on that filesystem", path: path)
        default: self.init(fallback, "cannot \(what): \(reason)", path: path)
        }
    }
}
