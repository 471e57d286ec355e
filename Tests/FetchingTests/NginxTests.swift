import FetchSpool
import Fetching
import Foundation
import HTTPTransfer
import Storage
import TestSupport
import Testing

@Suite("Fetching from nginx")
struct NginxTests {
    private let nginx: Nginx
    private let bench: Bench
    private let text = String(repeating: "{\"prompt\":\"a\",\"completion\":\"b\"}\n", count: 5000)

    init() throws {
        nginx = try Nginx()
        bench = try Bench()
        bench.settings.access.certificateAuthorityPath = nginx.certificate.path
        try nginx.put(text, at: "data.jsonl")
    }

    /// What a one-off transfer comes to.
    private func outcome(_ url: String) throws -> FetchProgress {
        let id = try bench.request(url)
        try bench.run()
        return try #require(try bench.spool.progress(of: id))
    }

    @Test("A source is fetched over TLS, again only when it has changed, and once if only its time has")
    func source() throws {
        bench.settings.sources = [bench.source(nginx.url("data.jsonl"))]
        #expect(try bench.run().fetched == 1)
        let (receipt, bytes) = try #require(try bench.handedOn().first)
        #expect(bytes == Array(text.utf8) && receipt.sha256 == sha256(of: Array(text.utf8)))
        #expect(receipt.source == "daily" && receipt.customer == "acme" && receipt.host == "127.0.0.1")
        try bench.takeAll()
        // Not before its time, also in a new process.
        bench.wait(59)
        #expect(try bench.run() == FetchPass())
        bench.wait(1)
        #expect(try bench.run().unchanged == 1)
        #expect(try nginx.log().map { $0.prefix(3) } == ["200", "304"])
        // A new tag with the same bytes.
        try nginx.put(text, at: "data.jsonl", changed: 1_700_000_100)
        bench.wait(60)
        #expect(try bench.run().unchanged == 1)
        #expect(try bench.handedOn().isEmpty)
        try nginx.put("{}\n", at: "data.jsonl", changed: 1_700_000_200)
        bench.wait(60)
        #expect(try bench.run().fetched == 1)
        #expect(try bench.handedOn().map(\.bytes) == [Array("{}\n".utf8)])
        let told = try #require(try bench.spool.progress(of: "source.daily"))
        #expect(told.state == .idle && told.error == nil && told.sha256 == sha256(of: Array("{}\n".utf8)))
    }

    @Test("A source that becomes another file is fetched anew; one that is left out is forgotten")
    func otherSource() throws {
        bench.settings.sources = [bench.source(nginx.url("data.jsonl"))]
        try bench.run()
        try nginx.put("{}\n", at: "other.jsonl")
        bench.settings.sources = [bench.source(nginx.url("other.jsonl"))]
        #expect(try bench.run().fetched == 1)
        bench.settings.sources = []
        try bench.run()
        #expect(try bench.names(bench.spool.sources).isEmpty)
        #expect(try bench.spool.progress(of: "source.daily") == nil)
    }

    @Test("A source that fails in the same way again and again is recorded once")
    func failing() throws {
        bench.settings.sources = [bench.source(nginx.url("gone.jsonl"))]
        for count in 1...3 {
            #expect(try bench.run().givenUp == 1)
            #expect(try bench.handedOn().map(\.receipt.error) == ["http-404"])
            #expect(try bench.spool.progress(of: "source.daily")?.attempts == count)
            bench.wait(60)
        }
        try nginx.put("{}\n", at: "gone.jsonl")
        #expect(try bench.run().fetched == 1)
        #expect(try bench.spool.progress(of: "source.daily")?.attempts == 0)
    }

    @Test("A server whose certificate is not trusted, or is another's, gets no request")
    func tls() throws {
        bench.settings.access.certificateAuthorityPath = nil
        #expect(try outcome(nginx.url("data.jsonl")).error == "tls-failed")
        bench.settings.access.certificateAuthorityPath = try TestCertificate().path
        #expect(try outcome(nginx.url("data.jsonl")).error == "tls-failed")
        #expect(try nginx.log().isEmpty)
    }

    @Test("Credentials open what they are for", arguments: [("basic/", true), ("bearer/", true), ("basic/", false)])
    func credentials(path: String, isRight: Bool) throws {
        try nginx.put("secret", at: path + "set.jsonl")
        var source = bench.source(nginx.url(path + "set.jsonl"))
        let basic = Data((isRight ? "anna:open sesame" : "anna:open barley").utf8).base64EncodedString()
        source.headers = [HTTPHeader("Authorization", path == "bearer/" ? "Bearer t0ken" : "Basic \(basic)")]
        bench.settings.sources = [source]
        #expect(try bench.run().fetched == (isRight ? 1 : 0))
        let receipt = try #require(try bench.handedOn().first?.receipt)
        #expect(receipt.error == (isRight ? nil : "http-401"))
    }

    @Test("Nothing of a source's secrets is in any file of the spool")
    func secrets() throws {
        var source = bench.source(nginx.plain("data.jsonl?token=q0ery") + "&x=1")
        source.headers = [HTTPHeader("X-Key", "k3y")]
        bench.settings.sources = [source]
        try bench.run()
        for folder in [bench.spool.ready, bench.spool.progress, bench.spool.sources] {
            for name in try bench.names(folder) where name.hasSuffix(".json") {
                let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
                #expect(!text.contains("q0ery") && !text.contains("k3y"))
            }
        }
        #expect(!"\(source)\(String(reflecting: source))".contains("k3y"))
    }

    @Test("A redirect within the server is followed with the credentials, an endless one is not")
    func redirect() throws {
        var source = bench.source(nginx.url("here"))
        source.headers = [HTTPHeader("X-Key", "k3y")]
        bench.settings.sources = [source]
        #expect(try bench.run().fetched == 1)
        #expect(try nginx.log().map { $0.contains("\"k3y\"") } == [true, true])
        #expect(try outcome(nginx.url("loop")).error == "redirect-refused")
        #expect(try nginx.log().filter { $0.contains("/loop") }.count == 6)
    }

    @Test("A redirect to another host needs leave, and the credentials do not follow it")
    func otherHost() throws {
        var source = bench.source(nginx.url("there"))
        source.headers = [HTTPHeader("X-Key", "k3y"), HTTPHeader("Authorization", "Bearer t0ken")]
        bench.settings.sources = [source]
        try bench.run()
        #expect(try bench.handedOn().map(\.receipt.error) == ["redirect-refused"])
        try bench.takeAll()
        bench.settings.sources[0].access.redirectHosts = ["loc*"]
        bench.wait(60)
        #expect(try bench.run().fetched == 1)
        let asked = try nginx.log()
        #expect(asked.filter { $0.contains(" 127.0.0.1 ") }.allSatisfy { $0.contains("k3y") && $0.contains("t0ken") })
        let there = asked.filter { $0.contains(" localhost ") }
        #expect(there.count == 1 && there.allSatisfy { !$0.contains("k3y") && !$0.contains("t0ken") })
    }

    @Test(
        "A redirect to a lower or another scheme, or with a user, is refused",
        arguments: ["down", "file", "other", "user"])
    func scheme(path: String) throws {
        bench.settings.access.redirectHosts = ["*"]
        #expect(try outcome(nginx.url(path)).error == "redirect-refused")
    }

    @Test("A redirect from http to https of the same host is followed without the credentials")
    func upgrade() throws {
        var source = bench.source(nginx.plain("up"))
        source.headers = [HTTPHeader("X-Key", "k3y")]
        bench.settings.sources = [source]
        #expect(try bench.run().fetched == 1)
        #expect(try nginx.log().map { $0.contains("k3y") } == [true, false])
    }

    @Test(
        "A redirect to this machine or to a link is refused by its address, whatever hosts are allowed",
        arguments: ["home", "decimal", "mapped", "metadata"])
    func address(path: String) throws {
        bench.settings.access.redirectHosts = ["*"]
        bench.settings.access.privateHosts = ["localhost"]
        #expect(try outcome(nginx.plain(path, host: "localhost")).error == "address-refused")
        #expect(try nginx.log().count == 1)
    }

    @Test("A link's address is refused even for a host that may be private")
    func metadata() throws {
        bench.settings.access.redirectHosts = ["*"]
        bench.settings.access.privateHosts = ["localhost", "169.254.169.254"]
        #expect(try outcome(nginx.plain("metadata", host: "localhost")).error == "address-refused")
    }

    @Test("A server that could compress does not, and one that says that it has is refused")
    func encoding() throws {
        #expect(try outcome(nginx.url("data.jsonl")).state == .fetched)
        #expect(try outcome(nginx.url("gzipped")).error == "content-encoding")
    }

    @Test("A slow transfer that runs out of time goes on from where it was")
    func slow() throws {
        bench.settings.limits.timeout = .seconds(2)
        #expect(try outcome(nginx.url("slow/data.jsonl")).error == "timed-out")
        bench.settings.limits.timeout = .seconds(60)
        bench.wait(100)
        #expect(try bench.run().fetched == 1)
        let (receipt, bytes) = try #require(try bench.handedOn().first)
        #expect(bytes == Array(text.utf8) && receipt.attempts == 2)
        #expect(try nginx.log().map { $0.prefix(3) } == ["200", "206"])
        #expect(try nginx.log().last?.contains("bytes=") == true)
    }
}
