import FetchSpool
import Fetching
import Foundation
import HTTPTransfer
import Storage
import TestSupport
import Testing

@Suite("Limits of transfers")
struct LimitTests {
    private let contents = [UInt8](repeating: 0x61, count: 200_000)

    /// What a one-off transfer of a server's file comes to.
    private func outcome(
        _ plan: String, sha256: String? = nil, _ change: (Bench) -> Void = { _ in }
    ) throws -> (error: String?, bytes: Int?, pass: FetchPass) {
        let server = try CuttingServer(contents, [plan])
        let bench = try Bench()
        change(bench)
        let id = try bench.request(server.url, sha256: sha256)
        let pass = try bench.run()
        return (try bench.spool.progress(of: id)?.error, try bench.handedOn().first?.bytes?.count, pass)
    }

    @Test("A file of just the most bytes is taken", arguments: ["whole", "chunked"])
    func largest(plan: String) throws {
        let outcome = try outcome(plan) { $0.settings.limits.maximumBytes = 200_000 }
        #expect(outcome.bytes == 200_000 && outcome.error == nil)
    }

    @Test(
        "A declared or real size over the limit ends the transfer for good",
        arguments: [("whole", 199_999), ("chunked", 199_999), ("endless", 10_000_000), ("lie 99999999999", 200_000)])
    func tooLarge(plan: String, limit: Int) throws {
        let outcome = try outcome(plan) { $0.settings.limits.maximumBytes = limit }
        #expect(outcome.error == "too-large" && outcome.bytes == nil && outcome.pass.givenUp == 1)
    }

    @Test("A file that would not leave enough room is not begun")
    func room() throws {
        let outcome = try outcome("whole") { $0.settings.limits.minimumFreeBytes = 1 << 60 }
        #expect(outcome.error == "low-disk-space" && outcome.pass.failed == 1)
    }

    @Test("Content that tells no length ends where too little room is left, and leaves none of its bytes there")
    func fillingUp() throws {
        let server = try CuttingServer([UInt8](repeating: 0x61, count: 1 << 20), ["endless"])
        let bench = try Bench()
        bench.settings.limits.maximumBytes = 400 << 20
        bench.settings.limits.minimumFreeBytes = try Folder.freeBytes(bench.folder.path) - (100 << 20)
        let id = try bench.request(server.url)
        #expect(try bench.run().failed == 1)
        #expect(try bench.spool.progress(of: id)?.error == "low-disk-space")
        #expect(try bench.names(bench.spool.parts).isEmpty)
    }

    @Test("Content in an encoding that was not asked for is refused")
    func encoding() throws {
        let outcome = try outcome("encoded")
        #expect(outcome.error == "content-encoding" && outcome.pass.givenUp == 1)
    }

    @Test("Content without a length is taken only if its hash is known")
    func length() throws {
        #expect(try outcome("close").error == "length-unknown")
        #expect(try outcome("close", sha256: sha256(of: contents)).bytes == 200_000)
    }

    @Test("A file with another hash is not handed on")
    func hash() throws {
        let other = String(repeating: "0", count: 64)
        #expect(try outcome("whole", sha256: other).error == "sha256-mismatch")
        #expect(try outcome("whole", sha256: sha256(of: contents)).error == nil)
    }

    @Test("A lying length is a lost connection", arguments: ["lie 200001", "cut 199999"])
    func lie(plan: String) throws {
        let outcome = try outcome(plan)
        #expect(outcome.error == "connection-lost" && outcome.pass.failed == 1)
    }

    @Test("A server that stands still is given up, as is one that takes too long")
    func time() throws {
        #expect(try outcome("stall 1000") { $0.settings.limits.stallTimeout = .seconds(1) }.error == "timed-out")
        #expect(try outcome("stall 1000") { $0.settings.limits.timeout = .milliseconds(300) }.error == "timed-out")
    }

    @Test("A server that sends next to nothing stands still, unless it is to be slow")
    func trickle() throws {
        // It would come to its end within a few seconds.
        let server = try CuttingServer([UInt8](repeating: 0x61, count: 2000), ["drip 80", "whole"])
        let bench = try Bench()
        bench.settings.limits.stallTimeout = .seconds(1)
        let id = try bench.request(server.url)
        #expect(try bench.run().failed == 1)
        #expect(try bench.spool.progress(of: id)?.error == "timed-out")
        bench.settings.limits.bytesPerSecond = 500
        bench.wait(100)
        #expect(try bench.run().fetched == 1)
    }

    @Test("A rate is kept to")
    func rate() throws {
        // Beyond what sockets hold, and what libcurl takes at once.
        let contents = [UInt8](repeating: 0x61, count: 6 << 20)
        let server = try CuttingServer(contents, ["whole"])
        let bench = try Bench()
        bench.settings.limits.bytesPerSecond = 4 << 20
        try bench.request(server.url)
        let start = ContinuousClock.now
        #expect(try bench.run().fetched == 1)
        #expect(start.duration(to: .now) > .milliseconds(700))
    }

    @Test(
        "A status that will not pass ends the transfer, another is tried again",
        arguments: [
            (400, true), (401, true), (403, true), (404, true), (410, true), (300, true), (304, true), (408, false),
            (425, false), (429, false), (500, false), (502, false), (503, false), (599, false),
        ])
    func status(status: Int, isFinal: Bool) throws {
        let outcome = try outcome("status \(status)")
        #expect(outcome.error == "http-\(status)")
        #expect(outcome.pass.givenUp == (isFinal ? 1 : 0) && outcome.pass.failed == (isFinal ? 0 : 1))
    }

    @Test("Without leave no server on this machine or in the local network is reached")
    func address() throws {
        let server = try CuttingServer(contents, ["whole"])
        let bench = try Bench()
        bench.settings.access.privateHosts = []
        for host in ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "017700000001", "[::ffff:127.0.0.1]"] {
            let id = try bench.request("http://\(host):\(server.port)/")
            try bench.run()
            #expect(try bench.spool.progress(of: id)?.error == "address-refused", "\(host)")
        }
        // A name that leads here, although it may be public.
        bench.settings.access.knownAddresses = ["public.example:\(server.port):127.0.0.1"]
        let id = try bench.request("http://public.example:\(server.port)/")
        try bench.run()
        #expect(try bench.spool.progress(of: id)?.error == "address-refused")
        #expect(try server.requests().isEmpty)
    }
}
