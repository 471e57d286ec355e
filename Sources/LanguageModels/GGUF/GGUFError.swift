package import Diagnostics

/// A model file that cannot be read as GGUF; the message names the field that is at fault.
package struct GGUFError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case cannotOpen = "gguf-cannot-open"
        case notRegularFile = "gguf-not-regular-file"
        case notGGUF = "gguf-bad-magic"
        case unsupportedVersion = "gguf-unsupported-version"
        case truncated = "gguf-truncated"
        case badValue = "gguf-bad-value"
        case badAlignment = "gguf-bad-alignment"
        case duplicateName = "gguf-duplicate-name"
        case badShape = "gguf-bad-shape"
        case badOffset = "gguf-bad-offset"
        case unsupportedTensorType = "gguf-unsupported-tensor-type"
        case missingField = "gguf-missing-field"
        case wrongFieldType = "gguf-wrong-field-type"
        case missingTensor = "gguf-missing-tensor"
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?

    /// Creates an error.
    package init(_ code: Code, _ message: String, remedy: String? = nil, path: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        location = path.map { SourceLocation(path: $0) }
    }
}

extension GGUFError {
    /// The advice where a file's bytes contradict themselves.
    static let damagedFileRemedy = "The file is damaged or not a GGUF model; fetch it again and compare its SHA-256"

    /// A name from the file in a form fit for a message: printable ASCII only, and of bounded length.
    static func printable(_ bytes: UnsafeRawBufferPointer) -> String {
        let limit = 80
        var text = "'"
        for byte in bytes.prefix(limit) {
            text.append(byte >= 0x20 && byte < 0x7F ? Character(Unicode.Scalar(byte)) : "?")
        }
        return text + (bytes.count > limit ? "…'" : "'")
    }
}
