package import Diagnostics

/// ForgetFilter could not judge; this is never a verdict on a row.
package struct ForgetFilterError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case tooFewExamples = "too-few-examples"
        case tooFewReferenceExamples = "too-few-reference-examples"
        case tooFewControlExamples = "too-few-control-examples"
        case emptyResponse = "empty-response"
        case invalidSettings = "invalid-settings"
        case notFinite = "not-finite"
        case stemmerUnavailable = "stemmer-unavailable"
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
