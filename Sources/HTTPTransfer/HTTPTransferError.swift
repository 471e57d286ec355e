import CLibcurl
package import Diagnostics

/// No complete response came.
///
/// The message never holds the URL, a header field or content: each of them may be a secret. The location is the Unix
/// socket or the file of certificate authorities, where the failure has to do with it.
package struct HTTPTransferError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case invalidURL = "invalid-url"
        case invalidRequest = "invalid-request"
        case nameResolutionFailed = "name-resolution-failed"
        case addressRefused = "address-refused"
        case connectionFailed = "connection-failed"
        case connectionLost = "connection-lost"
        case tlsFailed = "tls-failed"
        case timedOut = "timed-out"
        case cancelled = "cancelled"
        case responseTooLarge = "response-too-large"
        case invalidResponse = "invalid-response"
        case transferFailed = "transfer-failed"
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

    /// Describes what libcurl reports (libcurl-errors(3)).
    init(_ result: CURLcode, verification: Int, request: HTTPRequest) {
        // A fixed text of libcurl's, without anything of the request in it.
        let reason = String(cString: curl_easy_strerror(result))
        switch result {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            let schemes = request.allowedSchemes.map(\.rawValue).sorted().joined(separator: " or ")
            self.init(
                .invalidURL, "cannot use the URL: \(reason)", remedy: "Give an absolute URL that begins with \(schemes)"
            )
        case CURLE_COULDNT_RESOLVE_HOST:
            self.init(.nameResolutionFailed, "cannot look up the server's name", remedy: "Check the name and the DNS")
        case CURLE_COULDNT_CONNECT:
            self.init(
                .connectionFailed, "cannot connect", remedy: "Check that the server runs and can be reached",
                path: request.unixSocketPath)
        case CURLE_SSL_CACERT_BADFILE:
            self.init(
                .tlsFailed, "cannot read the certificate authorities",
                remedy: "Give a readable PEM file of certificates", path: request.certificateAuthorityPath)
        case CURLE_PEER_FAILED_VERIFICATION:
            // X509_V_OK is 0: the chain is trusted and it is the name that differs.
            let detail = verification == 0 ? "" : " (verification result \(verification))"
            self.init(
                .tlsFailed, "the server's certificate is not trusted or is not for this name\(detail)",
                remedy: "Check the URL, or give the certificate authority that the server's certificate comes from",
                path: request.certificateAuthorityPath)
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ENGINE_NOTFOUND,
            CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            self.init(.tlsFailed, "the TLS connection failed: \(reason)", remedy: "Check that the server speaks TLS")
        case CURLE_OPERATION_TIMEDOUT:
            self.init(
                .timedOut, "the server did not answer in time",
                path: request.unixSocketPath)
        case CURLE_ABORTED_BY_CALLBACK:
            self.init(.cancelled, "the request was cancelled")
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE:
            self.init(.connectionLost, "the connection was lost: \(reason)", path: request.unixSocketPath)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            self.init(
                .invalidResponse, "the server's answer is not HTTP: \(reason)", remedy: "Check the URL's port",
                path: request.unixSocketPath)
        default:
            self.init(.transferFailed, "the transfer failed: \(reason)", path: request.unixSocketPath)
        }
    }
}
