import Foundation

/// A receiver of messages.
///
/// Neither its description nor any error holds its URL or secret: webhook URLs often hold a token.
package struct OutboxEndpoint: Sendable, CustomStringConvertible, CustomReflectable {
    /// The name that messages refer to: 1 to 64 of the characters A–Z, a–z, 0–9, `.`, `_` and `-`.
    package let id: String

    /// The absolute URL that messages are posted to.
    package let url: String

    /// The key that messages are signed with; `nil` for no signature.
    package let secret: [UInt8]?

    /// A PEM file of the certificate authorities to trust, instead of the system's.
    package let certificateAuthorityPath: String?

    /// Whether the URL may begin with `http`: for a receiver on this machine, and for tests.
    package let allowsPlainHTTP: Bool

    /// Creates an endpoint.
    ///
    /// - Throws: `invalid-endpoint` if the id or the URL cannot be used, the URL is not `https` and need be, or the
    ///   secret is empty.
    package init(
        id: String, url: String, secret: [UInt8]?, certificateAuthorityPath: String? = nil,
        allowsPlainHTTP: Bool = false
    ) throws(OutboxError) {
        guard OutboxEndpoint.isIdentifier(id) else {
            throw OutboxError(
                .invalidEndpoint, "an endpoint's id cannot be used",
                remedy: "Use 1 to 64 letters, digits, points, underscores and hyphens")
        }
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty, parts.fragment == nil, ["http", "https"].contains(scheme)
        else {
            throw OutboxError(
                .invalidEndpoint, "the URL of the endpoint \(id) cannot be used",
                remedy: "Give an absolute URL that begins with https:// and has no fragment")
        }
        guard parts.user == nil, parts.password == nil else {
            throw OutboxError(
                .invalidEndpoint, "the URL of the endpoint \(id) holds a user name",
                remedy: "Let the receiver check the signature instead")
        }
        guard scheme == "https" || allowsPlainHTTP else {
            throw OutboxError(
                .invalidEndpoint, "the URL of the endpoint \(id) begins with http://",
                remedy: "Use https://, or allow plain HTTP for this endpoint")
        }
        guard secret?.isEmpty != true else {
            throw OutboxError(
                .invalidEndpoint, "the secret of the endpoint \(id) is empty",
                remedy: "Write at least 32 random bytes into its file")
        }
        self.id = id
        self.url = url
        self.secret = secret
        self.certificateAuthorityPath = certificateAuthorityPath
        self.allowsPlainHTTP = allowsPlainHTTP
    }

    package var description: String { "endpoint \(id)" }

    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }

    /// Whether a text can be an endpoint's id.
    package static func isIdentifier(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
