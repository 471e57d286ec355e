package import Diagnostics

/// A numeric kernel could not do its work; its outputs must not be used.
package struct KernelError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case matrixMultiplyFailed = "matrix-multiply-failed"
        case scratchFailed = "scratch-failed"
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation? { nil }

    /// Creates an error.
    package init(_ code: Code, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}
