import Diagnostics
import HTTPTransfer
import Testing

@Suite("URLs as libcurl reads them")
struct TransferURLTests {
    @Test(
        "Scheme, host and port are read, and unusual spellings of a host are undone",
        arguments: [
            ("https://Example.ORG/a", "example.org", 443), ("http://example.org.:81/", "example.org", 81),
            ("http://2130706433/", "127.0.0.1", 80), ("http://0x7f000001/", "127.0.0.1", 80),
            ("http://0177.1/", "127.0.0.1", 80), ("http://127.1/", "127.0.0.1", 80),
            ("http://%31%32%37.0.0.1/", "127.0.0.1", 80), ("http://[::1]:8/", "::1", 8),
            ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1", 80), ("https://a/b#fragment", "a", 443),
            ("https:///a/b", "a", 443),
        ])
    func read(text: String, host: String, port: Int) throws {
        let url = try TransferURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(!url.text.contains("#"))
        #expect(try TransferURL(url.text) == url)
    }

    @Test(
        "What is no URL of a server is refused, and not repeated",
        arguments: [
            "", "secret", "/secret", "ftp://secret/", "file:///secret", "gopher://secret", "https://",
            "https://user@secret/", "https://user:secret@host/", "https://host:99999/secret", "https://a b/secret",
            "https://host/\r\nsecret", "https://h\u{F6}st/secret", "https://host:0x50/secret",
        ])
    func refused(text: String) {
        let error = #expect(throws: HTTPTransferError.self) { try TransferURL(text) }
        #expect(error?.code == .invalidURL)
        #expect(error?.description.contains("secret") == false)
    }

    @Test(
        "A reference is resolved as a browser would",
        arguments: [
            ("/x", "https://a.b/x"), ("x y", "https://a.b/c/x%20y"), ("//other/x", "https://other/x"),
            ("http://other:81/", "http://other:81/"), ("?q=1", "https://a.b/c/d?q=1"), ("../../x", "https://a.b/x"),
        ])
    func resolved(reference: String, text: String) throws {
        let url = try TransferURL("https://a.b/c/d?e=f")
        #expect(try url.resolving(reference).text == text)
        #expect(try url.resolving(reference).hasSameOrigin(as: url) == text.hasPrefix("https://a.b/"))
        for bad in ["https://user@other/", "ftp://other/", "file:///etc/passwd"] {
            #expect(throws: HTTPTransferError.self) { try url.resolving(bad) }
        }
    }

    @Test("Its description holds neither path nor query")
    func description() throws {
        #expect(try "\(TransferURL("https://host/path?token=x"))" == "https://host:443")
    }
}
