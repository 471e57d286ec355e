package import Diagnostics

/// A dataset's state could not be read or changed.
package struct RegistryError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case unknownDataset = "unknown-dataset"
        case ambiguousDataset = "ambiguous-dataset"
        case wrongState = "wrong-state"
        case unknownRow = "unknown-row"
        case corrupted = "registry-corrupted"
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?

    /// Creates an error.
    package init(_ code: Code, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}
