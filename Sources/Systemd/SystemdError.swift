package import Diagnostics
import Glibc

/// The service manager or the journal could not be told something.
package struct SystemdError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case invalidSocketAddress = "invalid-socket-address"
        case socketUnavailable = "socket-unavailable"
        case sendFailed = "send-failed"
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?

    /// Creates an error.
    init(_ code: Code, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// Describes a failed system call from its `errno`.
    init(_ code: Code, errno number: Int32, _ what: String) {
        self.init(code, "cannot \(what): \(String(cString: strerror(number)))")
    }
}
