import FetchSpool
import Fetching
import Foundation
import HTTPTransfer
import Storage
import TestSupport
import Testing

@Suite("Fetching from an object store")
struct ObjectStoreTests {
    private let server: MotoServer
    private let bench: Bench

    init() throws {
        server = try MotoServer()
        bench = try Bench()
    }

    private func source(prefix: String = "sets/", secret: String? = nil, isSigned: Bool = true) -> FetchSource {
        let signing = AWSSigning(
            region: "eu-central-1", accessKey: server.accessKey, secretKey: secret ?? server.secretKey)
        let store = ObjectStore(
            endpoint: server.endpoint, bucket: "datasets", prefix: prefix, signing: isSigned ? signing : nil)
        var source = FetchSource(id: "bucket", customer: "acme", target: .objects(store))
        source.limits = bench.settings.limits
        source.access = bench.settings.access
        source.interval = 60
        return source
    }

    /// Looks, and fetches what is new.
    private func look() throws -> [String: String] {
        bench.wait(60)
        try bench.run()
        let files = try bench.handedOn().map { ($0.receipt.name, String(decoding: $0.bytes ?? [], as: UTF8.self)) }
        try bench.takeAll()
        return Dictionary(files) { "\($0), \($1)" }
    }

    @Test("Each object of a folder is fetched, whatever its key, and again only when it has changed")
    func objects() throws {
        let keys = [
            "sets/plain.jsonl", "sets/a b+c=d&e?f#g%h.jsonl", "sets/deep/er/ümlaut.jsonl", "sets//double.jsonl",
            "sets/*'()!.jsonl", "sets/../dots.jsonl", "sets/~tilde:@,;$.jsonl",
        ]
        for key in keys { try server.put("text of \(key)", at: key) }
        try server.put("", at: "sets/folder/")
        try server.put("not asked for", at: "other/x.jsonl")
        bench.settings.sources = [source()]
        bench.settings.atOnce = 4
        let first = try look()
        #expect(Set(first.values) == Set(keys.map { "text of \($0)" }))
        #expect(try look().isEmpty)
        #expect(try bench.spool.progress(of: "source.bucket")?.state == .idle)
        try server.put("new text", at: keys[1])
        try server.put("more", at: "sets/more.jsonl")
        #expect(try look() == ["a_b+c_d_e_f_g_h.jsonl": "new text", "more.jsonl": "more"])
        try server.remove("sets/more.jsonl")
        #expect(try look().isEmpty)
        try server.put("more", at: "sets/more.jsonl")
        #expect(try look() == ["more.jsonl": "more"])
    }

    @Test("A prefix with characters that a query encodes is signed as it is sent")
    func prefix() throws {
        try server.put("inside", at: "a/b c+d=e&f/x.jsonl")
        try server.put("outside", at: "a/b c/x.jsonl")
        bench.settings.sources = [source(prefix: "a/b c+d=e&f/")]
        #expect(try look() == ["x.jsonl": "inside"])
    }

    @Test("A list of several pages is read to its end")
    func pages() throws {
        for number in 0..<7 { try server.put("\(number)", at: "sets/key + \(number).jsonl") }
        var source = source()
        guard case .objects(var store) = source.target else { return }
        for size in [1, 3, 7] {
            store.pageSize = size
            source.target = .objects(store)
            // Another source has nothing yet.
            source.id = "pages-of-\(size)"
            bench.settings.sources = [source]
            #expect(try look().values.sorted() == (0..<7).map(String.init))
        }
    }

    @Test("A wrong secret, or none, opens nothing, and is told as the store's refusal")
    func refused() throws {
        try server.put("closed", at: "sets/x.jsonl")
        // The server trips over a request without a signature, and answers 500.
        let wrong = source(secret: String(server.secretKey.reversed()))
        for (bad, error) in [(wrong, "http-403"), (source(isSigned: false), "http-500")] {
            bench.settings.sources = [bad]
            #expect(try look().isEmpty)
            let told = try #require(try bench.spool.progress(of: "source.bucket"))
            #expect(told.state == .failed && told.error == error)
        }
        bench.settings.sources = [source()]
        #expect(try look() == ["x.jsonl": "closed"])
        #expect(try bench.spool.progress(of: "source.bucket")?.error == nil)
    }

    @Test("An object over the limit is given up once, and looked at again when it has changed")
    func tooLarge() throws {
        try server.put(String(repeating: "x", count: 1000), at: "sets/x.jsonl")
        bench.settings.limits.maximumBytes = 999
        bench.settings.sources = [source()]
        bench.wait(60)
        #expect(try bench.run().givenUp == 1)
        #expect(try bench.handedOn().map(\.receipt.error) == ["too-large"])
        try bench.takeAll()
        #expect(try look().isEmpty)
        try server.put("small", at: "sets/x.jsonl")
        #expect(try look() == ["x.jsonl": "small"])
    }

    @Test("Without leave the store is not reached")
    func address() throws {
        var source = source()
        source.access.privateHosts = []
        bench.settings.sources = [source]
        #expect(try look().isEmpty)
        #expect(try bench.spool.progress(of: "source.bucket")?.error == "address-refused")
    }
}
