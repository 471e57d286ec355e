import CLibcurl

/// What libcurl's callbacks collect and ask during one request.
///
/// libcurl holds it without retaining it: whoever hands it over keeps it alive until the request has ended.
final class HTTPExchange {
    /// The most bytes that the header fields of a response may have together.
    static let maximumHeaderBytes = 64 << 10

    private(set) var headers: [HTTPHeader] = []
    private(set) var body: [UInt8] = []

    /// Why a callback ended the request, if one did.
    private(set) var error: HTTPTransferError?

    private let maximumBytes: Int
    private let isCancelled: () -> Bool
    private var headerBytes = 0

    init(maximumBytes: Int, isCancelled: @escaping () -> Bool) {
        self.maximumBytes = maximumBytes
        self.isCancelled = isCancelled
    }

    /// CURLOPT_WRITEFUNCTION(3).
    static let receiveBody: curl_write_callback = { bytes, _, count, exchange in
        HTTPExchange.of(exchange)?.appendBody(UnsafeBufferPointer(start: bytes, count: count)) == true ? count : 0
    }

    /// CURLOPT_HEADERFUNCTION(3): called with one whole line at a time.
    static let receiveHeader: curl_write_callback = { bytes, _, count, exchange in
        HTTPExchange.of(exchange)?.appendHeader(UnsafeBufferPointer(start: bytes, count: count)) == true ? count : 0
    }

    /// CURLOPT_XFERINFOFUNCTION(3).
    static let progress: curl_xferinfo_callback = { exchange, _, _, _, _ in
        HTTPExchange.of(exchange)?.isCancelled() == true ? 1 : 0
    }

    private static func of(_ pointer: UnsafeMutableRawPointer?) -> HTTPExchange? {
        pointer.map { Unmanaged<HTTPExchange>.fromOpaque($0).takeUnretainedValue() }
    }

    private func appendBody(_ bytes: UnsafeBufferPointer<CChar>) -> Bool {
        guard bytes.count <= maximumBytes - body.count else {
            error = HTTPTransferError(.responseTooLarge, "the response is larger than \(maximumBytes) bytes")
            return false
        }
        body.append(contentsOf: UnsafeRawBufferPointer(bytes))
        return true
    }

    private func appendHeader(_ bytes: UnsafeBufferPointer<CChar>) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= HTTPExchange.maximumHeaderBytes else {
            let limit = HTTPExchange.maximumHeaderBytes
            error = HTTPTransferError(.responseTooLarge, "the response's header is larger than \(limit) bytes")
            return false
        }
        let line = String(decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // A final response follows an interim one, such as 100 Continue, whose fields are not its own.
            headers = []
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...]
            headers.append(HTTPHeader(String(line[..<colon]), HTTPExchange.trimmed(value)))
        }
        return true
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(text[first...last])
    }
}
