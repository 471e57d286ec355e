import Foundation
import HTTPTransfer

/// What one attempt came to.
enum DeliveryOutcome {
    /// The receiver has it.
    case delivered(status: Int)
    /// The receiver will never take it.
    case refused(status: Int)
    /// It may work later. `isUnreachable`: other messages to the endpoint would fail just so.
    case failed(status: Int?, error: String, retryAfter: TimeInterval?, isUnreachable: Bool)
    /// The worker is stopping: this was no attempt.
    case cancelled

    init(_ response: HTTPResponse) {
        let status = response.status
        switch status {
        case 200..<300: self = .delivered(status: status)
        // Request Timeout, Too Early and Too Many Requests are the client errors that pass.
        case 400..<500 where ![408, 425, 429].contains(status): self = .refused(status: status)
        default:
            self = .failed(
                status: status, error: DeliveryOutcome.code(status: status),
                retryAfter: response.header("Retry-After").flatMap(DeliveryOutcome.seconds),
                isUnreachable: status == 429 || status == 503)
        }
    }

    init(_ error: HTTPTransferError) {
        self =
            error.code == .cancelled
            ? .cancelled
            : .failed(status: nil, error: error.code.rawValue, retryAfter: nil, isUnreachable: true)
    }

    /// The error code of a response's status.
    static func code(status: Int) -> String { "http-\(status)" }

    /// RFC 9110, section 10.2.3: decimal digits; its other form, a date, is passed over.
    private static func seconds(_ text: String) -> TimeInterval? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return TimeInterval(text)
    }
}
