import FetchSpool
import Fetching
import Foundation
import HTTPTransfer
import Moderation
import Storage
import TestSupport
import Testing

@Suite("One-off requests")
struct RequestTests {
    private let contents = Array("{\"prompt\":\"a\",\"completion\":\"b\"}\n".utf8)

    @Test("A file of an allowed folder is copied; whatever else is refused in the same words")
    func files() throws {
        let bench = try Bench()
        let open = bench.folder.file("open")
        try FileManager.default.createDirectory(atPath: open, withIntermediateDirectories: false)
        try bench.folder.write(contents, to: "open/a b.jsonl")
        try bench.folder.write(contents, to: "closed.jsonl")
        try FileManager.default.createSymbolicLink(atPath: open + "/link", withDestinationPath: "../closed.jsonl")
        mkfifo(open + "/fifo", 0o600)
        bench.settings.access.fileFolders = [open]
        let id = try bench.request("file://\(open)/a%20b.jsonl")
        #expect(try bench.run().fetched == 1)
        let (receipt, bytes) = try #require(try bench.handedOn().first)
        #expect(bytes == contents && receipt.id.description == id && receipt.host.isEmpty)
        #expect(receipt.name == "a_b.jsonl" && receipt.sha256 == sha256(of: contents))
        for path in [
            "\(open)/none", "\(bench.folder.file("closed.jsonl"))", "\(open)/../closed.jsonl", "\(open)/link",
            "\(open)/fifo", open, "\(open)x", "/etc/passwd", "/dev/zero", "/proc/self/environ",
        ] {
            let id = try bench.request("file://" + path)
            #expect(try bench.run().givenUp == 1)
            #expect(try bench.spool.progress(of: id)?.error == "file-refused", "\(path)")
        }
        for url in ["file://host\(open)/a%20b.jsonl", "file:\(open)/x?y"] {
            let id = try bench.request(url)
            try bench.run()
            #expect(try bench.spool.progress(of: id)?.error == "invalid-url")
        }
        bench.settings.access.fileFolders = []
        try bench.request("file://\(open)/a%20b.jsonl")
        #expect(try bench.run().givenUp == 1)
    }

    @Test("A file source is copied again when it has changed")
    func fileSource() throws {
        let bench = try Bench()
        let path = try bench.folder.write(contents, to: "set.jsonl")
        bench.settings.access.fileFolders = [bench.folder.path]
        bench.settings.sources = [bench.source("file://" + path)]
        #expect(try bench.run().fetched == 1)
        bench.wait(60)
        #expect(try bench.run().unchanged == 1)
        try bench.folder.write(contents + contents, to: "set.jsonl")
        bench.wait(60)
        #expect(try bench.run().fetched == 1)
    }

    @Test(
        "What is no usable URL is given up at once, and told without its text",
        arguments: [
            "ftp://secret/", "https://user:secret@host/", "//secret", "gopher://127.0.0.1/secret", "https://a b/secret",
        ])
    func urls(url: String) throws {
        let bench = try Bench()
        let id = try bench.request(url)
        #expect(try bench.run().givenUp == 1)
        #expect(try bench.spool.progress(of: id)?.error == "invalid-url")
        #expect(try bench.handedOn().map(\.receipt.error) == ["invalid-url"])
        let told = try String(contentsOfFile: "\(bench.spool.progress)/\(id).json", encoding: .utf8)
        #expect(!told.contains("secret"))
        #expect(try bench.names(bench.spool.requests).isEmpty && bench.names(bench.spool.jobs).isEmpty)
    }

    @Test("Requests may name the hosts that the configuration lets them")
    func hosts() throws {
        let bench = try Bench()
        let server = try CuttingServer(contents, ["whole"])
        bench.settings.requestHosts = ["*.example", "127.*"]
        let refused = try bench.request("http://localhost:\(server.port)/")
        try bench.run()
        #expect(try bench.spool.progress(of: refused)?.error == "host-refused")
        try bench.request(server.url)
        #expect(try bench.run().fetched == 1)
    }

    @Test("Whatever lies among the requests and is none does no harm")
    func hostile() throws {
        let bench = try Bench()
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FA"
        let folder = bench.spool.requests
        let customer = String(repeating: "x", count: 200)
        for (number, text) in [
            "", "{}", "[]", "null", "{\"customer\":\"a/b\",\"url\":\"https://a/\"}", "{\"customer\":\"a\"}",
            "{\"customer\":\"\(customer)\",\"url\":\"https://a/\"}",
            "{\"customer\":\"a\",\"url\":\"https://a/\",\"sha256\":\"x\"}",
            "{\"customer\":\"a\",\"url\":\"\(String(repeating: "x", count: 9000))\"}",
        ].enumerated() {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(id)\(number).json"))
        }
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/\(id)A.json", withDestinationPath: "/etc/passwd")
        mkfifo("\(folder)/\(id)B.json", 0o600)
        try Data().write(to: URL(fileURLWithPath: "\(folder)/notes.json"))
        let pass = try bench.run()
        #expect(pass == FetchPass())
        #expect(try bench.names(folder) == ["notes.json"])
        #expect(try bench.handedOn().isEmpty)
        for number in 0..<9 { #expect(try bench.spool.progress(of: "\(id)\(number)")?.state == .failed) }
    }

    @Test(
        "A dataset's name is the end of its path, made plain, where that is a file's name and may be no secret",
        arguments: [
            ("/a/b.jsonl", "b.jsonl"), ("/a/b%20c.csv", "b_c.csv"), ("/", nil), ("/..%2f..%2fx.json", "x.json"),
            ("/.hidden.tsv", "hidden.tsv"), ("/x.part", nil), ("/x~", nil), ("/a/b/", nil), ("/%00.tab", "_.tab"),
            ("/b.NDJSON.gz", "b.NDJSON.gz"), ("/c.json.zst", "c.json.zst"), ("/s3cret", nil), ("/s3cret.gz", nil),
            ("/jsonl", nil), ("/a.jsonl/s3cret", nil),
            ("/\(String(repeating: "n", count: 300)).jsonl", String(repeating: "n", count: 154) + ".jsonl"),
        ])
    func names(path: String, name: String?) throws {
        let server = try CuttingServer(contents, ["whole"])
        let bench = try Bench()
        let id = try bench.request("http://127.0.0.1:\(server.port)\(path)")
        try bench.run()
        #expect(try bench.handedOn().map(\.receipt.name) == [name ?? "dataset-\(id)"])
    }

    @Test("A pass does what is due once, while the time goes on")
    func once() throws {
        let server = try CuttingServer(contents, ["status 503", "whole"])
        let bench = try Bench()
        let path = try bench.folder.write(contents, to: "set.jsonl")
        bench.settings.access.fileFolders = [bench.folder.path]
        bench.settings.sources = [bench.source("file://" + path)]
        bench.settings.sources[0].interval = 10_000
        bench.settings.atOnce = 1
        try bench.request(server.url)
        let pass = try bench.run(clockMoves: 0.001)
        #expect(pass.fetched == 1 && pass.failed == 1 && pass.unchanged == 0 && pass.givenUp == 0)
        #expect(try server.requests().count == 1)
    }

    @Test("Customers and sources take turns, however much one asks for", arguments: [false, true])
    func turns(hasSource: Bool) throws {
        let server = try CuttingServer(contents, ["whole"])
        let bench = try Bench()
        bench.settings.atOnce = 1
        let url = { (name: String) in "http://127.0.0.1:\(server.port)/\(name)" }
        for number in 0..<5 { try bench.request(url("acme"), at: UInt64(number)) }
        try bench.request(url("beta"), customer: "beta")
        if hasSource { bench.settings.sources = [bench.source(url("source"))] }
        try bench.run()
        let paths = try server.requests().map(\.path)
        #expect(
            paths.prefix(hasSource ? 3 : 2).sorted()
                == (hasSource ? ["/acme", "/beta", "/source"] : ["/acme", "/beta"]))
        #expect(paths.count == (hasSource ? 7 : 6))
    }

    @Test("Requests leave a place to the sources")
    func place() throws {
        let server = try CuttingServer(contents, ["drip 10"])
        let bench = try Bench()
        let url = { (name: String) in "http://127.0.0.1:\(server.port)/\(name)" }
        for number in 0..<3 { try bench.request(url("request"), customer: "c\(number)", at: UInt64(number)) }
        bench.settings.sources = [bench.source(url("source"))]
        try bench.run()
        let paths = try server.requests().map(\.path)
        #expect(paths.count == 4 && paths.prefix(2).contains("/source"))
    }

    @Test("Only one process works on a spool, and one that is stopped keeps what has come")
    func stopped() throws {
        let server = try CuttingServer([UInt8](repeating: 1, count: 200_000), ["stall 150000", "whole"])
        let bench = try Bench()
        try bench.request(server.url)
        let pipe = Pipe()
        let (spool, settings) = (bench.spool, bench.settings)
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            try? Fetcher(spool: spool, settings: settings).run(stop: pipe.fileHandleForReading.fileDescriptor)
            ended.signal()
        }
        let part = { try Folder.names(spool.parts).first.flatMap { try FileStatus.of("\(spool.parts)/\($0)") } }
        while try part()?.bytes != 150_000 { usleep(10_000) }
        let error = #expect(throws: FetchSpoolError.self) { try bench.run() }
        #expect(error?.code == .inUse)
        try pipe.fileHandleForWriting.write(contentsOf: [0])
        ended.wait()
        bench.wait(1000)
        #expect(try bench.run().fetched == 1)
        #expect(try server.requests().last?.headers["range"] == "bytes=150000-")
        #expect(try bench.handedOn().first?.receipt.attempts == 1)
    }
}
