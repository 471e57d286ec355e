import CLibcurl

/// A URL as libcurl itself reads it, so that what is checked is what is asked.
///
/// Its description does not hold its path and query, which may be secret.
package struct TransferURL: Sendable, Hashable, CustomStringConvertible {
    /// The whole URL in its normal form.
    package let text: String

    /// What it begins with.
    package let scheme: HTTPRequest.Scheme

    /// The name or number of the host: small letters, no brackets, no full stop at the end, and numbers of version 4
    /// in their usual spelling.
    package let host: String

    /// The port.
    package let port: Int

    /// The path, still encoded.
    package let path: String

    /// Reads an absolute URL; its fragment, which no server sees, is left out.
    ///
    /// - Parameter keepsDotSegments: whether `/../` in the path is part of a name.
    /// - Throws: `invalid-url` if it is not `http` or `https`, has a user, or a host that is not ASCII.
    package init(_ text: String, keepsDotSegments: Bool = false) throws(HTTPTransferError) {
        try self.init([text], flags: keepsDotSegments ? UInt32(CURLU_PATH_AS_IS) : 0)
    }

    /// The URL that a `Location` field means.
    ///
    /// - Throws: as the initializer does.
    package func resolving(_ reference: String) throws(HTTPTransferError) -> TransferURL {
        try TransferURL([text, reference], flags: UInt32(CURLU_URLENCODE))
    }

    private init(_ references: [String], flags: UInt32) throws(HTTPTransferError) {
        guard let handle = curl_url() else { throw HTTPTransferError(.transferFailed, "libcurl cannot be initialised") }
        defer { curl_url_cleanup(handle) }
        let flags = flags | UInt32(CURLU_DISALLOW_USER)
        for reference in references {
            guard !reference.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }),
                curl_url_set(handle, CURLUPART_URL, reference, flags) == CURLUE_OK
            else { throw TransferURL.unusable }
        }
        guard curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0) == CURLUE_OK,
            let scheme = TransferURL.part(handle, CURLUPART_SCHEME).flatMap(HTTPRequest.Scheme.init),
            var host = TransferURL.part(handle, CURLUPART_HOST)?.lowercased(),
            let port = TransferURL.part(handle, CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap({ Int($0) }),
            let path = TransferURL.part(handle, CURLUPART_PATH), let text = TransferURL.part(handle, CURLUPART_URL)
        else { throw TransferURL.unusable }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host.hasSuffix(".") { host.removeLast() }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 < 0x80 }) else { throw TransferURL.unusable }
        self.text = text
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
    }

    /// Whether another URL is of the same server, so that it may get the same credentials.
    package func hasSameOrigin(as other: TransferURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    package var description: String { "\(scheme.rawValue)://\(host):\(port)" }

    private static func part(_ handle: OpaquePointer, _ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
        var pointer: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &pointer, flags) == CURLUE_OK, let pointer else { return nil }
        defer { curl_free(pointer) }
        return String(validatingCString: pointer)
    }

    private static var unusable: HTTPTransferError {
        HTTPTransferError(
            .invalidURL, "the URL cannot be used",
            remedy: "Give an absolute URL that begins with https:// or http://, without user, password and white space")
    }
}
