import Foundation

/// Whether somebody has a file open for writing.
package enum WriterCheck {
    /// What could be found out.
    package enum Outcome: Sendable, Hashable {
        /// Nobody has.
        case none

        /// Somebody has.
        case writing

        /// The system does not tell us, because the file is another user's.
        case unknown

        /// The file is gone.
        case gone
    }

    // Of fcntl(2), Linux: not in Swift's view of the C library.
    private static let setLease: Int32 = 1024
    private static let setSignal: Int32 = 10

    /// Asks for a read lease, which is granted only while nobody has the file open for writing (fcntl(2), F_SETLEASE).
    package static func of(_ path: String) -> Outcome {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
        guard descriptor >= 0 else { return errno == ENOENT ? .gone : .unknown }
        defer { close(descriptor) }
        // Who opens the file for writing while we hold the lease has us signalled: by SIGIO, which ends a process, unless
        // another signal is named. SIGURG is ignored by default.
        guard fcntl(descriptor, setSignal, SIGURG) == 0 else { return .unknown }
        if fcntl(descriptor, setLease, Int32(F_RDLCK)) == 0 {
            _ = fcntl(descriptor, setLease, Int32(F_UNLCK))
            return .none
        }
        return errno == EAGAIN ? .writing : .unknown
    }
}
