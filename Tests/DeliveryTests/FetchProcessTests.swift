import Foundation
import Outbox
import TestSupport
import Testing

@Suite("The command lethe-fetch")
struct FetchProcessTests {
    private let bench: FetchBench

    init() throws {
        bench = try FetchBench()
    }

    @Test("A message enqueued while it runs arrives over TLS, signed, and leaves a receipt")
    func delivers() throws {
        let certificate = try TestCertificate()
        let server = try ScriptedServer([.init(200)], certificate: certificate)
        let fetch = try bench.start(
            "https://127.0.0.1:\(server.port)/hook/token", "--ca-file", "ops=" + certificate.path)
        try bench.enqueue(1, body: #"{"verdict":"cleared"}"#)
        #expect(fetch.waitForLog("delivered"))
        try bench.enqueue(2, body: #"{"verdict":"rejected"}"#)
        try server.waitForRequest()
        try server.waitForRequest()
        fetch.signal(SIGTERM)
        #expect(fetch.finish().status == 0)

        let requests = try server.requests()
        #expect(requests.map { $0.headers["lethe-delivery"] } == [identifier(1), identifier(2)])
        for request in requests {
            let signature = try #require(request.headers["lethe-signature"])
            let seconds = try #require(TimeInterval(signature.dropFirst(2).prefix { $0 != "," }))
            #expect(abs(seconds - Date().timeIntervalSince1970) < 300)
            let body = String(decoding: request.content, as: UTF8.self)
            #expect(
                signature
                    == DeliverySignature.value(
                        body: body, secret: Array(FetchBench.secret.utf8), time: Date(timeIntervalSince1970: seconds)))
        }
        #expect(try bench.outbox.receipts().first?.isDelivered == true)
        #expect(!fetch.log.contains("token") && !fetch.log.contains(FetchBench.secret))
    }

    @Test("A server of an unknown certificate authority gets nothing, and the message stays")
    func untrusted() throws {
        let server = try ScriptedServer([.init(200)], certificate: try TestCertificate())
        try bench.enqueue(1)
        let fetch = try bench.start("https://127.0.0.1:\(server.port)/token", "--once")
        let (status, output) = fetch.finish()
        #expect(status == 0)
        #expect(output == "delivered 0, to be tried again 1, given up 0\n")
        #expect(try bench.outbox.attempts(identifier(1))?.lastError == "tls-failed")
        #expect(try server.requests().isEmpty)
        #expect(!fetch.log.contains("token") && !fetch.log.contains(FetchBench.secret))
    }

    @Test("Under a service manager each line of its log carries its priority")
    func priorities() throws {
        let server = try ScriptedServer([.init(500)])
        try bench.enqueue(1)
        let fetch = try bench.start(
            "http://127.0.0.1:\(server.port)/", "--allow-http", "--once", environment: ["INVOCATION_ID": "1"])
        #expect(fetch.waitForLog("<4>failed, will be tried again"))
        #expect(fetch.finish().status == 0)
    }

    @Test("Killed between two attempts and started again, it delivers under the same id")
    func killed() throws {
        let server = try ScriptedServer([.init(500), .init(200)])
        let url = "http://127.0.0.1:\(server.port)/"
        try bench.enqueue(1)
        let first = try bench.start(url, "--allow-http")
        #expect(first.waitForLog("tried again"))
        first.kill()
        #expect(try bench.outbox.pending().count == 1)
        #expect(try bench.outbox.attempts(identifier(1))?.lastError == "http-500")

        let second = try bench.start(url, "--allow-http")
        #expect(second.waitForLog("delivered"))
        second.kill()
        #expect(try server.requests().map { $0.headers["lethe-delivery"] } == [identifier(1), identifier(1)])
        let receipt = try #require(try bench.outbox.receipts().first)
        #expect(receipt.isDelivered)
        #expect(receipt.attempts == 2)
    }

    @Test("Killed in the middle of a request, it sends the message again")
    func killedInRequest() throws {
        let server = try ScriptedServer([.init(200, hangs: true), .init(200)])
        let url = "http://127.0.0.1:\(server.port)/"
        try bench.enqueue(1)
        let first = try bench.start(url, "--allow-http")
        try server.waitForRequest()
        first.kill()
        #expect(try bench.start(url, "--allow-http", "--once").finish().output.hasPrefix("delivered 1,"))
        #expect(try server.requests().count == 2)
    }

    @Test("A message waits for a server that is down")
    func serverDown() throws {
        let down = try ScriptedServer([.init(200)])
        down.stop()
        let url = "http://127.0.0.1:\(down.port)/"
        try bench.enqueue(1)
        let first = try bench.start(url, "--allow-http")
        #expect(first.waitForLog("tried again"))
        first.kill()
        #expect(try bench.outbox.attempts(identifier(1))?.lastError == "connection-failed")

        let server = try ScriptedServer([.init(200)], port: down.port)
        let second = try bench.start(url, "--allow-http")
        #expect(second.waitForLog("delivered"))
        second.kill()
        #expect(try server.requests().count == 1)
    }

    @Test("A refusal is final", arguments: [400, 410])
    func refused(status: Int) throws {
        let server = try ScriptedServer([.init(status)])
        try bench.enqueue(1)
        let outcome = try bench.start("http://127.0.0.1:\(server.port)/", "--allow-http", "--once").finish()
        #expect(outcome.output == "delivered 0, to be tried again 0, given up 1\n")
        #expect(try bench.outbox.receipts().first?.error == "http-\(status)")
        #expect(try bench.outbox.pending().isEmpty)
    }

    @Test("Retry-After is kept over the end of the process")
    func retryAfter() throws {
        let server = try ScriptedServer([.init(503, headers: ["Retry-After": "1800"])])
        try bench.enqueue(1)
        let url = "http://127.0.0.1:\(server.port)/"
        _ = try bench.start(url, "--allow-http", "--once").finish()
        let next = try #require(try bench.outbox.attempts(identifier(1))?.next)
        #expect((1700...1800).contains(next.timeIntervalSinceNow))
        _ = try bench.start(url, "--allow-http", "--once").finish()
        #expect(try server.requests().count == 1)
    }

    @Test("A signal cancels the request under way and ends it with 0", arguments: [SIGTERM, SIGINT])
    func signalled(number: Int32) throws {
        let server = try ScriptedServer([.init(200, hangs: true)])
        try bench.enqueue(1)
        let fetch = try bench.start("http://127.0.0.1:\(server.port)/", "--allow-http")
        try server.waitForRequest()
        let start = ContinuousClock.now
        fetch.signal(number)
        #expect(fetch.finish().status == 0)
        #expect(start.duration(to: .now) < .seconds(15))
        #expect(try bench.outbox.attempts(identifier(1)) == nil)
        #expect(try bench.outbox.pending().count == 1)
    }

    @Test("A second one on the same outbox is refused with 3")
    func second() throws {
        let server = try ScriptedServer([.init(200, hangs: true)])
        try bench.enqueue(1)
        let url = "http://127.0.0.1:\(server.port)/"
        let first = try bench.start(url, "--allow-http")
        try server.waitForRequest()
        let second = try bench.start(url, "--allow-http", "--once")
        #expect(second.finish().status == 3)
        #expect(second.log.contains("[in-use]"))
        first.kill()
    }

    @Test("Wrong usage is 2 and what cannot be used is 3, told without the URL")
    func failures() throws {
        let plain = try bench.start("http://127.0.0.1/token", "--once")
        #expect(plain.finish().status == 3)
        #expect(plain.log.contains("[invalid-endpoint]"))
        #expect(!plain.log.contains("token"))
        let missing = try bench.start("https://127.0.0.1/token", "--ca-file", "other=x")
        #expect(missing.finish().status == 2)
        let folder = try FetchProcess(["--outbox", bench.folder.file("none")])
        #expect(folder.finish().status == 3)
        let help = try FetchProcess(["--help"]).finish()
        #expect(help.status == 0)
        #expect(help.output.contains("Lethe-Signature"))
    }
}
