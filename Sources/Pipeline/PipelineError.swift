package import Diagnostics

/// A dataset could not be judged, for a reason that is no verdict on it.
package struct PipelineError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case modelNotFound = "model-not-found"
        case referenceUnusable = "reference-unusable"
        case labelsUnusable = "labels-unusable"
        case scoresUnusable = "scores-unusable"
        case resultUnusable = "result-unusable"
        case reportUnusable = "report-unusable"
        case coverageUnknown = "coverage-unknown"
        case outputUnusable = "output-unusable"
        case interrupted
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?

    /// Creates an error.
    package init(_ code: Code, _ message: String, remedy: String? = nil, location: SourceLocation? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.location = location
    }
}
