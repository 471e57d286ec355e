import FetchSpool
import Fetching
import Foundation
import HTTPTransfer
import Storage
import TestSupport
import Testing

@Suite("Cut transfers")
struct ResumeTests {
    private let contents = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }

    @Test("A transfer goes on where it was cut, in another process too, and only the rest is sent")
    func resumed() throws {
        let server = try CuttingServer(contents, ["cut 100000", "cut 50000", "whole"])
        let bench = try Bench()
        let id = try bench.request(server.url)
        for next in [100_000, 150_000] {
            let pass = try bench.run()
            #expect(pass.failed == 1 && pass.fetched == 0)
            let progress = try #require(try bench.spool.progress(of: id))
            #expect(progress.state == .waiting && progress.bytes == next && progress.total == 300_000)
            #expect(progress.error == "connection-lost" && progress.next != nil)
            bench.wait(100)
        }
        #expect(try bench.run().fetched == 1)
        let (receipt, bytes) = try #require(try bench.handedOn().first)
        #expect(bytes == contents)
        #expect(receipt.sha256 == sha256(of: contents) && receipt.bytes == 300_000 && receipt.attempts == 3)
        #expect(receipt.name == "data.jsonl" && receipt.host == "127.0.0.1" && receipt.source == nil)
        let requests = try server.requests()
        #expect(requests.map { $0.headers["range"] } == [nil, "bytes=100000-", "bytes=150000-"])
        #expect(requests.map { $0.headers["if-range"] } == [nil, "\"one\"", "\"one\""])
        #expect(requests.allSatisfy { $0.headers["accept-encoding"] == "identity" })
        #expect(try bench.names(bench.spool.parts).isEmpty && bench.names(bench.spool.jobs).isEmpty)
    }

    @Test(
        "What has changed since, or has no strong tag, is fetched anew from its beginning",
        arguments: [
            ["cut 100000", "other"], ["untagged 100000", "plain"], ["cut 100000", "status 416", "whole"],
            ["cut 100000", "shifted", "other"],
        ])
    func anew(plan: [String]) throws {
        let server = try CuttingServer(contents, plan)
        let bench = try Bench()
        try bench.request(server.url)
        for _ in plan {
            try bench.run()
            bench.wait(100)
        }
        let (receipt, bytes) = try #require(try bench.handedOn().first)
        #expect(bytes == (plan.last == "other" ? contents.reversed() : contents))
        #expect(receipt.sha256 == bytes.map { sha256(of: $0) })
        #expect(try server.requests().count == plan.count)
    }

    @Test(
        "A part that is not said to be of the same file is not taken, and the next try begins anew",
        arguments: ["bare", "weakened", "swapped", "grown", "shifted"])
    func spliced(action: String) throws {
        let server = try CuttingServer(contents, ["cut 100000", action, "whole"])
        let bench = try Bench()
        let id = try bench.request(server.url)
        try bench.run()
        bench.wait(100)
        #expect(try bench.run().failed == 1)
        #expect(try bench.spool.progress(of: id)?.error == "invalid-response")
        bench.wait(100)
        #expect(try bench.run().fetched == 1)
        #expect(try bench.handedOn().first?.bytes == contents)
        #expect(try server.requests().map { $0.headers["range"] } == [nil, "bytes=100000-", nil])
    }

    @Test("A process killed between the first bytes of a changed file and the note of its tag splices nothing")
    func killedAtChange() throws {
        let server = try CuttingServer(contents, ["cut 100000", "othercut 50000", "whole"])
        let bench = try Bench()
        let job = "\(bench.spool.jobs)/\(try bench.request(server.url)).json"
        try bench.run()
        let earlier = try Data(contentsOf: URL(fileURLWithPath: job))
        bench.wait(100)
        try bench.run()
        try earlier.write(to: URL(fileURLWithPath: job))
        bench.wait(100)
        #expect(try bench.run().fetched == 1)
        #expect(try bench.handedOn().first?.bytes == contents)
        #expect(try bench.names(bench.spool.parts).isEmpty)
    }

    @Test("A tag is sent to the place that it is from and to no other, wherever redirects lead")
    func places() throws {
        let server = try CuttingServer(contents, ["cut 100000", "cut 100000", "whole", "whole", "whole", "whole"])
        let there = { (path: String) in "status 302 Location=http://127.0.0.1:\(server.port)/\(path)" }
        let front = try CuttingServer([], ["a", "b", "b?c", "b", "b", "a"].map(there))
        let bench = try Bench()
        bench.settings.sources = [bench.source(front.url)]
        for _ in 0..<3 {
            try bench.run()
            bench.wait(100)
        }
        #expect(try bench.handedOn().map(\.bytes) == [contents])
        for _ in 0..<3 {
            bench.wait(100)
            try bench.run()
        }
        let requests = try server.requests()
        #expect(requests.map(\.path) == ["/a", "/b", "/b?c", "/b", "/b", "/a"])
        #expect(requests.map { $0.headers["if-range"] } == [nil, nil, "\"one\"", nil, nil, nil])
        #expect(requests.map { $0.headers["if-none-match"] } == [nil, nil, nil, "\"one\"", "\"one\"", nil])
        #expect(try front.requests().allSatisfy { $0.headers["if-range"] == nil && $0.headers["if-none-match"] == nil })
    }

    @Test(
        "What no later request could hold is not kept of an answer",
        arguments: [
            ("ETag=%22one%22 Last-Modified=x%01y", "\"one\"", nil),
            ("ETag=%22\(String(repeating: "e", count: 1100))%22 Last-Modified=Mon", nil, "Mon"),
            ("ETag=%22%E9%22 Last-Modified=\(String(repeating: "M", count: 1100))", nil, nil),
        ])
    func fields(fields: String, tag: String?, date: String?) throws {
        let server = try CuttingServer(contents, ["fields \(fields)", "whole"])
        let bench = try Bench()
        bench.settings.sources = [bench.source(server.url)]
        #expect(try bench.run().fetched == 1)
        bench.wait(60)
        #expect(try bench.run().unchanged == 1)
        let headers = try #require(try server.requests().last?.headers)
        #expect(headers["if-none-match"] == tag && headers["if-modified-since"] == date)
    }

    @Test("After a refusal nothing is asked under a condition, which may be what is refused")
    func refusedCondition() throws {
        let server = try CuttingServer(contents, ["whole", "status 400", "whole"])
        let bench = try Bench()
        bench.settings.sources = [bench.source(server.url)]
        for _ in 0..<3 {
            try bench.run()
            bench.wait(60)
        }
        #expect(try server.requests().map { $0.headers["if-none-match"] } == [nil, "\"one\"", nil])
    }

    @Test("A failed transfer is not tried before its time, in another process neither, and is given up in the end")
    func schedule() throws {
        let server = try CuttingServer(contents, ["status 503"])
        let bench = try Bench()
        let id = try bench.request(server.url)
        try bench.run()
        #expect(try server.requests().count == 1)
        bench.wait(4.9)
        #expect(try bench.run() == FetchPass())
        #expect(try server.requests().count == 1)
        bench.wait(0.1)
        #expect(try bench.run().failed == 1)
        #expect(try server.requests().count == 2)
        bench.wait(1000)
        #expect(try bench.run().givenUp == 1)
        let (receipt, bytes) = try #require(try bench.handedOn().first)
        #expect(receipt.error == "http-503" && receipt.sha256 == nil && receipt.attempts == 3 && bytes == nil)
        #expect(try bench.spool.progress(of: id)?.state == .failed)
        bench.wait(1000)
        #expect(try bench.run() == FetchPass())
    }

    @Test("A server that asks for time gets it")
    func retryAfter() throws {
        let server = try CuttingServer(contents, ["status 429 Retry-After=70", "whole"])
        let bench = try Bench()
        try bench.request(server.url)
        try bench.run()
        bench.wait(69)
        #expect(try bench.run() == FetchPass())
        bench.wait(1)
        #expect(try bench.run().fetched == 1)
    }

    @Test("What was whole when the process was killed is handed on by the next one, once")
    func killed() throws {
        let server = try CuttingServer(contents, ["whole"])
        let bench = try Bench()
        let id = try bench.request(server.url)
        try bench.run()
        let receipt = try #require(try bench.handedOn().first?.receipt)
        // As if it had been killed before the receipt, and before the file was moved.
        let job = """
            {"id":"\(id)","customer":"acme","url":"\(server.url)","name":"data.jsonl","next":1800000000000,"ending":{"sha256":"\(receipt.sha256 ?? "")","bytes":300000,"time":1800000000000}}
            """
        for isMoved in [true, false] {
            let ready = bench.spool.readyFile(receipt)
            if !isMoved { try Folder.move(ready, to: "\(bench.spool.parts)/\(id).part") }
            try bench.spool.remove("\(bench.spool.ready)/\(id).json")
            try Data(job.utf8).write(to: URL(fileURLWithPath: "\(bench.spool.jobs)/\(id).json"))
            try bench.run()
            #expect(try bench.handedOn().map(\.bytes) == [contents])
            #expect(try bench.names(bench.spool.jobs).isEmpty)
        }
        try bench.takeAll()
        try Data(job.utf8).write(to: URL(fileURLWithPath: "\(bench.spool.jobs)/\(id).json"))
        try bench.run()
        #expect(try bench.handedOn().isEmpty && server.requests().count == 1)
    }
}
