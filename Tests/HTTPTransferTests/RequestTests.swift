import Dispatch
import Foundation
import HTTPTransfer
import Synchronization
import TestSupport
import Testing

@Suite("HTTP requests")
struct RequestTests {
    @Test(
        "The server gets the method, path, header fields and every byte of the content",
        arguments: [HTTPRequest.Method.get, .post, .put, .patch, .delete])
    func sent(method: HTTPRequest.Method) throws {
        let server = try ScriptedServer([.init(200)])
        var request = HTTPRequest(method, "http://127.0.0.1:\(server.port)/a/b?c=d")
        request.allowedSchemes = [.http]
        request.headers = [HTTPHeader("X-One", "1, 2"), HTTPHeader("X-Empty", "")]
        request.body = method == .get ? [] : [0, 1, 255, 10, 0]
        _ = try HTTPClient.send(request)
        let got = try #require(try server.requests().first)
        #expect(got.method == method.rawValue)
        #expect(got.path == "/a/b?c=d")
        #expect(got.headers["x-one"] == "1, 2")
        #expect(got.headers["x-empty"]?.isEmpty == true)
        #expect(got.content == Data(request.body))
        #expect(got.headers["content-type"] == nil)
        #expect(got.headers["expect"] == nil)
    }

    @Test("Content of any size is sent at once, none of it out of standard input", arguments: [0, 1, 3_000_000])
    func sizes(count: Int) throws {
        let server = try ScriptedServer([.init(204)])
        var request = HTTPRequest(.post, "http://127.0.0.1:\(server.port)/")
        request.allowedSchemes = [.http]
        request.body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try HTTPClient.send(request).status == 204)
        let got = try #require(try server.requests().first)
        #expect(got.content == Data(request.body))
        #expect(got.headers["content-length"] == String(count))
        #expect(got.headers["expect"] == nil)
    }

    @Test("Status, header fields and content come back, whatever the status", arguments: [200, 302, 404, 503])
    func received(status: Int) throws {
        // Were the redirect followed, there would be a second request.
        let server = try ScriptedServer([.init(status, headers: ["Location": "/next", "X-A": " b "], body: "content")])
        var request = HTTPRequest(.get, "http://127.0.0.1:\(server.port)/")
        request.allowedSchemes = [.http]
        let response = try HTTPClient.send(request)
        #expect(response.status == status)
        #expect(response.header("LOCATION") == "/next")
        #expect(response.header("x-a") == "b")
        #expect(response.header("x-none") == nil)
        #expect(response.body == Array("content".utf8))
        #expect(try server.requests().count == 1)
    }

    @Test("A request goes over a Unix socket")
    func unixSocket() throws {
        let folder = try TemporaryFolder()
        let server = try ScriptedServer([.init(200, body: "ready")], socket: folder.file("socket"))
        var request = HTTPRequest(.get, "http://lethe/healthz")
        request.allowedSchemes = [.http]
        request.unixSocketPath = folder.file("socket")
        #expect(try HTTPClient.send(request).body == Array("ready".utf8))
        let got = try #require(try server.requests().first)
        #expect(got.path == "/healthz")
        #expect(got.headers["host"] == "lethe")
    }

    @Test("Requests of many threads do not meet")
    func threads() throws {
        let server = try ScriptedServer([.init(200, body: "content")])
        let succeeded = Atomic<Int>(0)
        let url = "http://127.0.0.1:\(server.port)/"
        DispatchQueue.concurrentPerform(iterations: 16) { _ in
            var request = HTTPRequest(.post, url)
            request.allowedSchemes = [.http]
            if (try? HTTPClient.send(request))?.body == Array("content".utf8) {
                succeeded.add(1, ordering: .relaxed)
            }
        }
        #expect(succeeded.load(ordering: .relaxed) == 16)
        #expect(try server.requests().count == 16)
    }
}
