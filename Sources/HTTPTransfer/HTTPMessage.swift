/// A header field of a request or a response (RFC 9110, section 5).
package struct HTTPHeader: Sendable, Hashable {
    /// The field's name; names are compared without regard to case.
    package var name: String

    /// The field's value, without white space around it.
    package var value: String

    /// Creates a header field; the request that carries it is checked when it is sent.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A request to be sent once, without following redirects.
package struct HTTPRequest: Sendable {
    /// The methods that Lethe uses.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// What a URL may begin with.
    package enum Scheme: String, Sendable {
        case http
        case https
    }

    /// The method.
    package var method: Method

    /// The absolute URL; over a Unix socket, its host only fills in the `Host` field.
    package var url: String

    /// Header fields, sent as they stand.
    package var headers: [HTTPHeader] = []

    /// What the client calls itself; unlike the header fields it is no part of a signature.
    package var userAgent: String?

    /// The content; empty for none.
    package var body: [UInt8] = []

    /// The Unix socket that the server listens on, instead of the URL's host and port; at most 107 bytes.
    package var unixSocketPath: String?

    /// The most time that looking up the name, connecting and the TLS handshake may take together.
    package var connectTimeout: Duration = .seconds(10)

    /// The most time that everything may take together.
    package var totalTimeout: Duration = .seconds(30)

    /// A PEM file of the certificate authorities to trust, instead of the system's.
    package var certificateAuthorityPath: String?

    /// The schemes that `url` may have; any other is refused before anything is sent.
    package var allowedSchemes: Set<Scheme> = [.https]

    /// The most bytes that the response's content may have.
    package var maximumResponseBytes = 1 << 20

    /// Which addresses may be connected to; any without rules.
    package var addressRules: AddressRules?

    /// Addresses of names, each `host:port:address`, that are taken instead of a look-up.
    package var knownAddresses: [String] = []

    /// Signs the request for an S3-compatible store.
    package var signing: AWSSigning?

    /// The most bytes of content that are taken in a second; no limit without it.
    package var maximumBytesPerSecond: Int?

    /// What a transfer counts as standing still below: so slow that it only holds a place.
    package static let slowestBytesPerSecond = 1024

    /// How long the transfer may stand still; no limit without it but `totalTimeout`.
    package var stallTimeout: Duration?

    /// Whether `/../` in the path is sent as it stands, because it is part of a name.
    package var keepsDotSegments = false

    /// Creates a request; everything else has a default and can be set.
    package init(_ method: Method, _ url: String) {
        self.method = method
        self.url = url
    }
}

/// What signs a request for an S3-compatible store (AWS Signature Version 4).
package struct AWSSigning: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The store's region.
    package var region: String

    /// The name of the key.
    package var accessKey: String

    /// The secret that signs.
    package var secretKey: String

    /// Creates the description of a key.
    package init(region: String, accessKey: String, secretKey: String) {
        self.region = region
        self.accessKey = accessKey
        self.secretKey = secretKey
    }

    package var description: String { "a key for \(region)" }

    package var customMirror: Mirror { Mirror(self, children: ["region": region]) }
}

/// What the server answered, whatever its status.
package struct HTTPResponse: Sendable {
    /// The status code.
    package var status: Int

    /// The header fields in the order in which they came.
    package var headers: [HTTPHeader]

    /// The content.
    package var body: [UInt8]

    /// Creates a response.
    package init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of the first header field of a name, in any case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
