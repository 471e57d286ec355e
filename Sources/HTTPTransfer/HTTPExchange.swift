import CLibcurl
import Foundation

/// What libcurl's callbacks collect and ask during one request.
///
/// libcurl holds it without retaining it: whoever hands it over keeps it alive until the request has ended.
final class HTTPExchange {
    /// The most bytes that the header fields of a response may have together.
    static let maximumHeaderBytes = 64 << 10

    /// Status and header fields of the final response, once they have come.
    private(set) var head = HTTPResponse(status: 0)

    /// Why a callback ended the request, if one did.
    private(set) var error: HTTPTransferError?

    /// What the latest address was that no connection was made to.
    private(set) var refused: IPAddress.Kind?

    /// Whether a connection was tried to any address.
    private(set) var hasConnected = false

    private let sink: any HTTPResponseSink
    private let rules: AddressRules?
    private let isCancelled: () -> Bool
    private var headerBytes = 0
    private var hasBegun = false

    init(sink: any HTTPResponseSink, rules: AddressRules?, isCancelled: @escaping () -> Bool) {
        self.sink = sink
        self.rules = rules
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

    /// CURLOPT_OPENSOCKETFUNCTION(3): called before each connection, with the address that it would go to.
    static let openSocket: curl_opensocket_callback = { exchange, _, address in
        guard let exchange = HTTPExchange.of(exchange), let address else { return -1 }
        return exchange.openSocket(address)
    }

    private static func of(_ pointer: UnsafeMutableRawPointer?) -> HTTPExchange? {
        pointer.map { Unmanaged<HTTPExchange>.fromOpaque($0).takeUnretainedValue() }
    }

    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let target = address.pointee
        if let rules {
            let ip = lethe_curl_address(address).flatMap { IPAddress($0, length: Int(target.addrlen)) }
            guard let ip, rules.allows(ip) else {
                refused = ip?.kind ?? .reserved
                return -1
            }
        }
        hasConnected = true
        return socket(target.family, target.socktype | Int32(SOCK_CLOEXEC.rawValue), target.protocol)
    }

    private func appendBody(_ bytes: UnsafeBufferPointer<CChar>) -> Bool {
        // A status line and fields come first, even in answers that have no blank line behind them.
        hasBegun && sink.append(UnsafeRawBufferPointer(bytes))
    }

    private func appendHeader(_ bytes: UnsafeBufferPointer<CChar>) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= HTTPExchange.maximumHeaderBytes else {
            let limit = HTTPExchange.maximumHeaderBytes
            error = HTTPTransferError(.responseTooLarge, "the response's header is larger than \(limit) bytes")
            return false
        }
        // What comes behind the content are trailers, which nothing here asks for.
        if hasBegun { return true }
        let line = String(decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // A final response follows an interim one, such as 100 Continue, whose fields are not its own.
            let status = line.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0.prefix(3)) }
            head = HTTPResponse(status: status ?? 0)
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...]
            head.headers.append(HTTPHeader(String(line[..<colon]), HTTPExchange.trimmed(value)))
        } else if line.allSatisfy(\.isWhitespace), head.status >= 200 {
            hasBegun = true
            return sink.begin(head)
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
