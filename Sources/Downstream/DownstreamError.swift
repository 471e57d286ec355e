package import Diagnostics

/// Finetuning with and without the filter could not be compared.
package struct DownstreamError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case tooFewRows = "too-few-rows"
        case tooFewReferenceRows = "too-few-reference-rows"
        case invalidSettings = "invalid-settings"
        case notFinite = "not-finite"
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
