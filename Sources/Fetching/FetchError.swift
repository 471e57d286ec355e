package import Diagnostics
import HTTPTransfer

/// A file was not fetched.
///
/// The message never holds a URL, a header field or content: each of them may be a secret.
package struct FetchError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable, CaseIterable {
        case invalidURL = "invalid-url"
        case addressRefused = "address-refused"
        case redirectRefused = "redirect-refused"
        case fileRefused = "file-refused"
        case tooLarge = "too-large"
        case lengthUnknown = "length-unknown"
        case contentEncoding = "content-encoding"
        case hashMismatch = "sha256-mismatch"
        case invalidResponse = "invalid-response"
        case serverRefuses = "server-refuses"
        case serverFails = "server-fails"
        case transferFailed = "transfer-failed"
        case timedOut = "timed-out"
        case lowDiskSpace = "low-disk-space"
        case writeFailed = "write-failed"
        case unknownSource = "unknown-source"
        case cancelled
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?

    /// What is told of it in files and records: its code, or that of the transfer or the status behind it.
    package var detail: String

    /// The least time until the next try that the server asks for, in seconds.
    package var retryAfter: Double?

    /// Creates an error.
    package init(_ code: Code, _ message: String, remedy: String? = nil, detail: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.detail = detail ?? code.rawValue
    }

    /// Whether another try of the same transfer would end just so.
    package var isPermanent: Bool {
        switch code {
        case .invalidURL, .addressRefused, .redirectRefused, .fileRefused, .tooLarge, .lengthUnknown, .contentEncoding,
            .hashMismatch, .serverRefuses, .unknownSource:
            true
        case .invalidResponse, .serverFails, .transferFailed, .timedOut, .lowDiskSpace, .writeFailed, .cancelled: false
        }
    }

    /// The transfer's failure as this module tells it.
    init(_ error: HTTPTransferError) {
        let code: Code =
            switch error.code {
            case .invalidURL, .invalidRequest: .invalidURL
            case .addressRefused: .addressRefused
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            case .responseTooLarge, .invalidResponse: .invalidResponse
            case .nameResolutionFailed, .connectionFailed, .connectionLost, .tlsFailed, .transferFailed: .transferFailed
            }
        self.init(code, error.message, remedy: error.remedy, detail: error.code.rawValue)
    }

    /// What a status that is no success says.
    init(status: Int, retryAfter: Double?) {
        let detail = "http-\(status)"
        switch status {
        // Request Timeout, Too Early and Too Many Requests are the client errors that pass.
        case 408, 425, 429, 500...:
            self.init(.serverFails, "the server answers \(status)", detail: detail)
            self.retryAfter = retryAfter
        // A range that the server does not have: the next try begins anew.
        case 416: self.init(.invalidResponse, "the server does not have the rest of the file", detail: detail)
        case 401, 403:
            self.init(
                .serverRefuses, "the server answers \(status)", remedy: "Check the credentials", detail: detail)
        default: self.init(.serverRefuses, "the server answers \(status)", remedy: "Check the URL", detail: detail)
        }
    }
}
