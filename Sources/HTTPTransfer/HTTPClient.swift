import CLibcurl
import Diagnostics

/// Sends HTTP requests over libcurl's easy interface.
///
/// What libcurl does by default and is off here: redirects, proxies out of the environment, `~/.netrc`, signals. TLS is
/// always verified, and is 1.2 or newer. A process that uses TLS ignores SIGPIPE: with signals off libcurl leaves that to
/// its caller.
package enum HTTPClient {
    /// Sends a request and blocks until the response is complete; never to be called on Swift's cooperative pool.
    ///
    /// - Parameter isCancelled: asked from the calling thread at least about once a second; once it answers `true` the
    ///   connection is closed.
    package static func send(
        _ request: HTTPRequest, isCancelled: @escaping () -> Bool = { false }
    ) throws(HTTPTransferError) -> HTTPResponse {
        let sink = BufferSink(maximumBytes: request.maximumResponseBytes)
        var response: HTTPResponse
        do {
            response = try stream(request, into: sink, isCancelled: isCancelled)
        } catch {
            guard sink.isTooLarge else { throw error }
            throw HTTPTransferError(
                .responseTooLarge, "the response is larger than \(request.maximumResponseBytes) bytes")
        }
        response.body = sink.body
        return response
    }

    /// Sends a request and hands the response's content on while it comes; blocks as `send` does.
    ///
    /// `maximumResponseBytes` is the sink's to see to.
    /// - Returns: the response without its content.
    /// - Throws: `transfer-failed` where the sink ended the request.
    package static func stream(
        _ request: HTTPRequest, into sink: any HTTPResponseSink, isCancelled: @escaping () -> Bool = { false }
    ) throws(HTTPTransferError) -> HTTPResponse {
        guard initialised == CURLE_OK, let handle = curl_easy_init() else {
            throw HTTPTransferError(.transferFailed, "libcurl cannot be initialised")
        }
        let exchange = HTTPExchange(sink: sink, rules: request.addressRules, isCancelled: isCancelled)
        // The handle points to the exchange.
        defer { withExtendedLifetime(exchange) { curl_easy_cleanup(handle) } }
        var options = CurlOptions(handle)
        defer { options.release() }
        try options.set(request)
        options.set(exchange)
        try options.check()

        let result = curl_easy_perform(handle)
        if let error = exchange.error { throw error }
        // Where another address was tried too, it is that one's failure, which may pass.
        if result == CURLE_COULDNT_CONNECT, !exchange.hasConnected, let refused = exchange.refused {
            throw HTTPTransferError(
                .addressRefused, "the server's address is \(refused.rawValue), where no request may go",
                remedy: "If the server is meant, let its host be private in the configuration")
        }
        guard result == CURLE_OK else {
            var verification = 0
            lethe_curl_get_long(handle, CURLINFO_SSL_VERIFYRESULT, &verification)
            throw HTTPTransferError(result, verification: verification, request: request)
        }
        return exchange.head
    }

    /// The one call of `curl_global_init` in the process: a static is initialised once, under a lock.
    private static let initialised = curl_global_init(Int(CURL_GLOBAL_ALL))
}
