import Diagnostics
import Foundation
import Outbox
import Testing

@Suite("What goes into the outbox")
struct OutboxValueTests {
    @Test(
        "An id that is not a ULID is refused",
        arguments: [
            "", "x", "../../../../../../etc/passwd", "01HZX000000000000000000000000", "81HZX000000000000000010001",
            "01hzx000000000000000010001", "01HZX00000000000000001000I", "01HZX0000000000000000100/1",
        ])
    func identifiers(id: String) {
        let error = #expect(throws: OutboxError.self) {
            try OutboxMessage(id: id, endpoint: "ops", created: Date(), body: "{}")
        }
        #expect(error?.code == .invalidMessage)
    }

    @Test("A body that is empty or too large is refused", arguments: [0, OutboxMessage.maximumBodyBytes + 1])
    func bodies(count: Int) {
        let error = #expect(throws: OutboxError.self) {
            try OutboxMessage(
                id: identifier(1), endpoint: "ops", created: Date(), body: String(repeating: "1", count: count))
        }
        #expect(error?.code == .invalidMessage)
    }

    @Test(
        "A URL that cannot be used is refused, and not repeated",
        arguments: [
            "", "secret", "http://host/secret", "ftp://host/secret", "https:///secret", "https://host/#secret",
            "https://user:secret@host/", "https://user@host/secret", "//host/secret",
        ])
    func urls(url: String) {
        let error = #expect(throws: OutboxError.self) { try OutboxEndpoint(id: "ops", url: url, secret: nil) }
        #expect(error?.code == .invalidEndpoint)
        #expect(error?.description.contains("secret") == false)
    }

    @Test("A URL with https, or http where that is allowed, is taken")
    func schemes() throws {
        #expect(try OutboxEndpoint(id: "ops", url: "HTTPS://host:8443/a?b", secret: nil).url == "HTTPS://host:8443/a?b")
        _ = try OutboxEndpoint(id: "ops", url: "http://127.0.0.1/", secret: nil, allowsPlainHTTP: true)
    }

    @Test("An endpoint's id is short and plain", arguments: ["", "a b", "a/b", "é", String(repeating: "a", count: 65)])
    func endpoints(id: String) {
        #expect(throws: OutboxError.self) { try OutboxEndpoint(id: id, url: "https://host/", secret: nil) }
    }

    @Test("An empty secret is refused")
    func emptySecret() {
        #expect(throws: OutboxError.self) { try OutboxEndpoint(id: "ops", url: "https://host/", secret: []) }
    }

    @Test("Nothing that prints an endpoint shows its URL or secret")
    func printing() throws {
        let endpoint = try OutboxEndpoint(id: "ops", url: "https://host/token", secret: Array("hidden".utf8))
        var dumped = ""
        dump(endpoint, to: &dumped)
        for text in ["\(endpoint)", String(reflecting: endpoint), String(describing: [endpoint]), dumped] {
            #expect(text.contains("ops"))
            #expect(!text.contains("token"))
            #expect(!text.contains("104"))
        }
    }

    /// Computed with Python's `hmac` and `hashlib`.
    @Test(
        "The signature is HMAC-SHA-256 over the seconds, a full stop and the body",
        arguments: [
            (#"{"verdict":"cleared"}"#, "key", "7cecadd36791c29449aff61b74f2865e78c73e4f8eb07c222ec14afe1efc0e78"),
            (
                "é", "a key that is longer than the sixty-four bytes of one block of SHA-256, so hashed",
                "5f247b0ab47ce45b214995c93bac4ca2cbeaed8bc29a1b4bbbf7102904c2818b"
            ),
        ])
    func signature(body: String, secret: String, code: String) {
        let value = DeliverySignature.value(
            body: body, secret: Array(secret.utf8), time: Date(timeIntervalSince1970: 1_700_000_000.9))
        #expect(value == "t=1700000000,v1=\(code)")
    }
}
