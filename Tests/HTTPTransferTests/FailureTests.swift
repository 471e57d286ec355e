import Diagnostics
import Foundation
import HTTPTransfer
import TestSupport
import Testing

@Suite("Failed HTTP requests")
struct FailureTests {
    private func plain(_ url: String) -> HTTPRequest {
        var request = HTTPRequest(.get, url)
        request.allowedSchemes = [.http]
        return request
    }

    @Test(
        "A URL that is not absolute, not of an allowed scheme or not whole is refused",
        arguments: [
            "", "127.0.0.1:80", "http://127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd", "https://",
            "https://127.0.0.1/a b", "https://127.0.0.1/\u{0}", "https://127.0.0.1/\r\nX: y",
            "https://127.0.0.1:99999/",
            "https:127.0.0.1",
        ])
    func url(url: String) {
        let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(HTTPRequest(.get, url)) }
        #expect(error?.code == .invalidURL)
    }

    @Test(
        "A header field that would be read as another is refused, and not repeated",
        arguments: [
            HTTPHeader("X", "secret\r\nY: z"), HTTPHeader("X", "secret\u{0}"), HTTPHeader("X: secret", "y"),
            HTTPHeader("", "secret"), HTTPHeader("secret\n", ""),
        ])
    func header(header: HTTPHeader) {
        var request = plain("http://127.0.0.1:9/")
        request.headers = [header]
        let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(request) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.description.contains("secret") == false)
    }

    @Test("A port that nobody listens on refuses the connection, and the error holds nothing of the URL")
    func refused() throws {
        let server = try ScriptedServer([.init(200)])
        server.stop()
        let error = #expect(throws: HTTPTransferError.self) {
            try HTTPClient.send(plain("http://127.0.0.1:\(server.port)/secret?token=secret"))
        }
        #expect(error?.code == .connectionFailed)
        #expect(error?.description.contains("secret") == false)
    }

    @Test("A name that does not exist is told apart")
    func unresolved() {
        let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(plain("http://nobody.invalid/")) }
        #expect(error?.code == .nameResolutionFailed)
    }

    @Test(
        "A Unix socket that is not there, or whose path cannot be one, names its path", arguments: [10, 107, 108, 300])
    func socket(length: Int) throws {
        let path = "/" + String(repeating: "s", count: length - 1)
        var request = plain("http://lethe/")
        request.unixSocketPath = path
        let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(request) }
        #expect(error?.code == .connectionFailed)
        #expect(error?.location?.path == path)
    }

    @Test("Content up to the limit is taken and a byte more is refused", arguments: [0, 1, 100_000])
    func limit(count: Int) throws {
        let body = String(repeating: "x", count: count)
        let server = try ScriptedServer([.init(200, body: body), .init(200, body: body + "x")])
        var request = plain("http://127.0.0.1:\(server.port)/")
        request.maximumResponseBytes = count
        #expect(try HTTPClient.send(request).body.count == count)
        let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(request) }
        #expect(error?.code == .responseTooLarge)
    }

    @Test("A header without end is refused")
    func headerLimit() throws {
        let field = String(repeating: "x", count: 50_000)
        let server = try ScriptedServer([.init(200, headers: ["X-A": field, "X-B": field])])
        let error = #expect(throws: HTTPTransferError.self) {
            try HTTPClient.send(plain("http://127.0.0.1:\(server.port)/"))
        }
        #expect(error?.code == .responseTooLarge)
    }

    @Test("A server that does not answer in time is given up")
    func timeout() throws {
        let server = try ScriptedServer([.init(200, hangs: true)])
        var request = plain("http://127.0.0.1:\(server.port)/")
        request.totalTimeout = .milliseconds(300)
        let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(request) }
        #expect(error?.code == .timedOut)
        #expect(try server.requests().count == 1)
    }

    @Test("A request under way is cancelled, long before its time is up")
    func cancelled() throws {
        let server = try ScriptedServer([.init(200, hangs: true)])
        let request = plain("http://127.0.0.1:\(server.port)/")
        let start = ContinuousClock.now
        let error = #expect(throws: HTTPTransferError.self) {
            try HTTPClient.send(request) { (try? server.requests().isEmpty) == false }
        }
        #expect(error?.code == .cancelled)
        #expect(start.duration(to: .now) < request.totalTimeout / 2)
    }
}
