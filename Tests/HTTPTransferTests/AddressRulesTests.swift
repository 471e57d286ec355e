import HTTPTransfer
import TestSupport
import Testing

@Suite("Connections to addresses")
struct AddressRulesTests {
    private func request(_ url: String, _ rules: AddressRules) -> HTTPRequest {
        var request = HTTPRequest(.get, url)
        request.allowedSchemes = [.http]
        request.addressRules = rules
        return request
    }

    @Test(
        "A server on this machine is reached under no spelling unless that is allowed",
        arguments: ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.01", "127.1", "localhost", "[::ffff:127.0.0.1]"])
    func loopback(host: String) throws {
        let server = try ScriptedServer([.init(200, body: "reached")])
        let url = "http://\(host):\(server.port)/"
        let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(request(url, AddressRules())) }
        #expect(error?.code == .addressRefused)
        #expect(try server.requests().isEmpty)
        let response = try HTTPClient.send(request(url, AddressRules(allowsPrivate: true)))
        #expect(String(decoding: response.body, as: UTF8.self) == "reached")
    }

    @Test(
        "A name is judged by what it leads to when the connection is made, not by an earlier look-up",
        arguments: [
            ("127.0.0.1", false), ("10.0.0.1", false), ("[::1]", false), ("[::ffff:127.0.0.1]", false),
            ("169.254.169.254", true), ("0.0.0.0", true), ("[fe80::1]", true), ("224.0.0.1", true),
            ("[64:ff9b::a9fe:a9fe]", true),
        ])
    func rebound(address: String, isNeverAllowed: Bool) {
        for rules in [AddressRules(), AddressRules(allowsPrivate: isNeverAllowed)] {
            var request = request("http://public.example:81/", rules)
            request.knownAddresses = ["public.example:81:\(address)"]
            let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(request) }
            #expect(error?.code == .addressRefused)
        }
    }

    @Test("A server that is down is not taken for a refused address because one of its addresses is refused too")
    func downBesides() throws {
        let server = try ScriptedServer([.init(200)])
        server.stop()
        for addresses in ["127.0.0.1,169.254.169.254", "169.254.169.254,127.0.0.1"] {
            var request = request("http://public.example:\(server.port)/", AddressRules(allowsPrivate: true))
            request.knownAddresses = ["public.example:\(server.port):\(addresses)"]
            let error = #expect(throws: HTTPTransferError.self) { try HTTPClient.send(request) }
            #expect(error?.code == .connectionFailed)
        }
    }

    @Test("Of a name's addresses the private ones are passed over")
    func mixed() throws {
        let server = try ScriptedServer([.init(200)])
        var request = request("http://public.example:\(server.port)/", AddressRules(allowsPrivate: true))
        request.knownAddresses = ["public.example:\(server.port):169.254.169.254,127.0.0.1"]
        #expect(try HTTPClient.send(request).status == 200)
    }
}
