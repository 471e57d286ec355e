import Diagnostics
import Foundation
import HTTPTransfer
import TestSupport
import Testing

@Suite("TLS")
struct TLSTests {
    private let certificate: TestCertificate
    private let server: ScriptedServer

    init() throws {
        certificate = try TestCertificate()
        server = try ScriptedServer([.init(200, body: "secure")], certificate: certificate)
    }

    private func request(host: String = "127.0.0.1", authority: String?) -> HTTPRequest {
        var request = HTTPRequest(.get, "https://\(host):\(server.port)/hidden-path")
        request.certificateAuthorityPath = authority
        return request
    }

    @Test("A server whose certificate authority is given is trusted")
    func trusted() throws {
        let response = try HTTPClient.send(request(authority: certificate.path))
        #expect(response.body == Array("secure".utf8))
    }

    @Test("A server of an unknown certificate authority is refused, before it gets the request")
    func unknown() throws {
        let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(request(authority: nil)) }
        #expect(error?.code == .tlsFailed)
        #expect(error?.description.contains("hidden-path") == false)
        #expect(try server.requests().isEmpty)
    }

    @Test("Another certificate authority than the server's is refused")
    func other() throws {
        let other = try TestCertificate()
        let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(request(authority: other.path)) }
        #expect(error?.code == .tlsFailed)
        #expect(error?.location?.path == other.path)
    }

    @Test("A certificate for another name is refused")
    func otherName() throws {
        let error = #expect(throws: HTTPTransferError.self) {
            try HTTPClient.send(request(host: "localhost", authority: certificate.path))
        }
        #expect(error?.code == .tlsFailed)
        #expect(try server.requests().isEmpty)
    }

    @Test("A missing file of certificate authorities is an error, not the system's instead")
    func missing() throws {
        let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(request(authority: "/no/file.pem")) }
        #expect(error?.code == .tlsFailed)
        #expect(error?.location?.path == "/no/file.pem")
    }

    @Test("A server without TLS is refused")
    func plain() throws {
        let plain = try ScriptedServer([.init(200)])
        let error = #expect(throws: HTTPTransferError.self) {
            try HTTPClient.send(HTTPRequest(.get, "https://127.0.0.1:\(plain.port)/"))
        }
        #expect(error?.code == .tlsFailed)
    }
}
