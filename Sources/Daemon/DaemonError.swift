package import Diagnostics
import Moderation
import Policies

/// The daemon cannot do what it was asked for.
package struct DaemonError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case lowDiskSpace = "low-disk-space"
        case noPolicy = "no-policy"
        case stopping
        case cancelled
        case alreadyRunning = "already-running"
        case notModerated = "not-moderated"
        case reasonMissing = "reason-missing"
        case notAnExample = "not-an-example"
        case socketUnusable = "socket-unusable"
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

extension Error {
    /// A name for scripts and records: the code of a diagnosed error, else `internal`.
    package var codeName: String {
        (self as? any DiagnosedError).map { "\($0.code.rawValue)" } ?? "internal"
    }

    /// What went wrong in words that hold none of a customer's text.
    package var explanation: String {
        if let error = self as? any DiagnosedError {
            // A path may end in the name that a customer gave a file.
            let place = error.location.map { "\(Self.redacted($0.path))\($0.line.map { ":\($0)" } ?? ""): " } ?? ""
            return "\(place)\(error.message) [\(error.code.rawValue)]\(error.remedy.map { ". \($0)" } ?? "")"
        }
        if let error = self as? PolicyErrors { return error.errors.map(\.description).joined(separator: "; ") }
        return "unexpected failure of type \(type(of: self))"
    }

    /// A path up to the dataset's id or the inbox, without a customer's names below.
    private static func redacted(_ path: String) -> String {
        var kept: [Substring] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            kept.append(part)
            if part == "inbox" || DatasetID(String(part)) != nil { break }
        }
        return kept.joined(separator: "/")
    }
}
