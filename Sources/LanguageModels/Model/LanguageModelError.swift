package import Diagnostics

/// A model file cannot be used as a language model.
package struct LanguageModelError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case unsupportedArchitecture = "unsupported-architecture"
        case invalidConfiguration = "invalid-configuration"
        case missingTensor = "missing-tensor"
        case wrongShape = "wrong-shape"
        case sequenceTooLong = "sequence-too-long"
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
