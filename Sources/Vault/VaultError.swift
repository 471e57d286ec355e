package import Diagnostics

/// A dataset's files are not as they must be.
package struct VaultError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case originalMissing = "original-missing"
        case altered = "vault-altered"
        case notQuarantined = "not-quarantined"
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
}
