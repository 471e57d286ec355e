import Foundation

extension HTTPRequest {
    /// Checks what libcurl would send, or cut off, without a word.
    ///
    /// - Throws: `invalid-url`, `invalid-request`, or `connection-failed` for a socket's path that is too long.
    func validate() throws(HTTPTransferError) {
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw HTTPTransferError(
                .invalidURL, "the URL holds white space or control characters", remedy: "Encode them with %")
        }
        // libcurl would guess a scheme and let a URL without one pass.
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard url.contains("://"), allowedSchemes.contains(where: { $0.rawValue == scheme }) else {
            let schemes = allowedSchemes.map(\.rawValue).sorted().joined(separator: " or ")
            throw HTTPTransferError(
                .invalidURL, "the URL's scheme is not allowed",
                remedy: "Give an absolute URL that begins with \(schemes)")
        }
        for header in headers {
            guard !header.name.isEmpty, header.name.utf8.allSatisfy(HTTPRequest.isTokenByte) else {
                throw HTTPTransferError(.invalidRequest, "the name of a header field is not a token (RFC 9110, 5.6.2)")
            }
            guard !header.value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) else {
                throw HTTPTransferError(
                    .invalidRequest, "the value of the header field \(header.name) holds control characters")
            }
        }
        if let path = unixSocketPath {
            // sun_path holds 108 bytes with the zero at the end: unix(7).
            guard path.utf8.count <= 107 else {
                throw HTTPTransferError(
                    .connectionFailed, "the socket's path is longer than 107 bytes", remedy: "Use a shorter path",
                    path: path)
            }
        }
        for path in [unixSocketPath, certificateAuthorityPath] {
            guard let path else { continue }
            guard !path.isEmpty, !path.utf8.contains(0) else {
                throw HTTPTransferError(.invalidRequest, "a path is empty or holds a zero byte")
            }
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
