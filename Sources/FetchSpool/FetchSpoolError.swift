package import Diagnostics

/// The spool of fetched datasets, or something meant for it, cannot be used.
package struct FetchSpoolError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case invalidRequest = "invalid-request"
        case malformedFile = "malformed-file"
        case inUse = "in-use"
        case readFailed = "read-failed"
        case writeFailed = "write-failed"
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?

    /// Creates an error, about a path where there is one.
    package init(_ code: Code, _ message: String, remedy: String? = nil, path: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        location = path.map { SourceLocation(path: $0) }
    }

    /// The spool's view of a failure of one of its files.
    package init(_ code: Code, _ error: some DiagnosedError) {
        self.code = code
        message = error.message
        remedy = error.remedy
        location = error.location
    }
}
