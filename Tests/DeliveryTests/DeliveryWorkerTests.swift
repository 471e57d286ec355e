import Delivery
import Foundation
import HTTPTransfer
import Outbox
import TestSupport
import Testing

@Suite("The delivery worker")
struct DeliveryWorkerTests {
    private let bench: WorkerBench

    init() throws {
        bench = try WorkerBench()
    }

    @Test("A message is posted with its body, id and signature, and leaves a receipt", arguments: [200, 202, 204, 299])
    func delivered(status: Int) throws {
        try bench.enqueue(1)
        bench.answers = [.status(status)]
        let pass = try bench.worker.deliverDue()
        #expect(pass.delivered == 1)
        #expect(pass.nextDue == nil)
        let request = try #require(bench.requests.first)
        #expect(request.method == .post)
        #expect(request.url == "https://ops.example/hook")
        #expect(request.body == Array("{\"n\":1}".utf8))
        let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
        #expect(headers["Lethe-Delivery"] == identifier(1))
        #expect(headers["Lethe-Event"] == "verdict")
        #expect(headers["Content-Type"] == "application/json")
        #expect(headers["User-Agent"] == "lethe/0.1")
        let signature = DeliverySignature.value(body: "{\"n\":1}", secret: [1, 2, 3], time: bench.now)
        #expect(headers["Lethe-Signature"] == signature)
        #expect(request.allowedSchemes == [.https])
        #expect(
            try bench.outbox.receipts() == [
                OutboxReceipt(
                    id: identifier(1), endpoint: "ops", isDelivered: true, status: status, attempts: 1, time: bench.now,
                    error: nil)
            ])
        #expect(try bench.outbox.pending().isEmpty)
    }

    @Test("An endpoint without a secret gets no signature")
    func unsigned() throws {
        try bench.enqueue(1, endpoint: "plain")
        _ = try bench.worker.deliverDue()
        #expect(bench.requests.first?.headers.contains { $0.name == "Lethe-Signature" } == false)
    }

    @Test("A client error that does not pass is final", arguments: [400, 401, 404, 410, 422])
    func refused(status: Int) throws {
        try bench.enqueue(1)
        bench.answers = [.status(status)]
        #expect(try bench.worker.deliverDue().givenUp == 1)
        let receipt = try #require(try bench.outbox.receipts().first)
        #expect(!receipt.isDelivered)
        #expect(receipt.status == status)
        #expect(receipt.error == "http-\(status)")
        #expect(try bench.worker.deliverDue() == DeliveryPass())
        #expect(bench.requests.count == 1)
    }

    @Test("Everything else is tried again under the same id", arguments: WorkerBench.passing)
    func retried(answer: WorkerBench.Answer) throws {
        try bench.enqueue(1)
        bench.answers = [answer, .status(200)]
        let pass = try bench.worker.deliverDue()
        #expect(pass.failed == 1)
        #expect(pass.nextDue == bench.now.addingTimeInterval(2.5))
        let attempts = try #require(try bench.outbox.attempts(identifier(1)))
        #expect(attempts.count == 1)
        #expect(attempts.lastError == answer.errorCode)

        bench.now.addTimeInterval(2.4)
        #expect(try bench.worker.deliverDue().failed == 0)
        #expect(bench.requests.count == 1)
        bench.now.addTimeInterval(0.1)
        #expect(try bench.worker.deliverDue().delivered == 1)
        #expect(Set(bench.requests.map { $0.headers.first { $0.name == "Lethe-Delivery" }?.value }) == [identifier(1)])
        #expect(try bench.outbox.receipts().first?.attempts == 2)
    }

    @Test("Retry-After is waited for, up to an hour", arguments: [("90", 90.0), ("99999999", 3600), ("1", 2.5)])
    func retryAfter(value: String, delay: TimeInterval) throws {
        try bench.enqueue(1)
        bench.answers = [.status(503, retryAfter: value)]
        #expect(try bench.worker.deliverDue().nextDue == bench.now.addingTimeInterval(delay))
    }

    @Test(
        "A Retry-After that is not a number of seconds is passed over",
        arguments: ["", "-5", "1e9", "0x10", "Wed, 21 Oct 2026 07:28:00 GMT", "١"])
    func otherRetryAfter(value: String) throws {
        try bench.enqueue(1)
        bench.answers = [.status(503, retryAfter: value)]
        #expect(try bench.worker.deliverDue().nextDue == bench.now.addingTimeInterval(2.5))
    }

    @Test("A message is given up a day after its first attempt, with a last one at the end")
    func givenUp() throws {
        try bench.enqueue(1)
        bench.answers = [.failure(.timedOut)]
        let start = bench.now
        // It was enqueued long before: that does not count.
        var next = try bench.worker.deliverDue().nextDue
        var attempts = 1
        while let due = next, attempts < 1000 {
            bench.now = due
            next = try bench.worker.deliverDue().nextDue
            attempts += 1
        }
        #expect(bench.now == start.addingTimeInterval(86_400))
        let receipt = try #require(try bench.outbox.receipts().first)
        #expect(receipt.attempts == attempts)
        #expect(receipt.error == "timed-out")
        #expect(receipt.status == nil)
        #expect(!receipt.isDelivered)
        #expect(try bench.outbox.pending().isEmpty)
    }

    @Test("A message to an endpoint that is not configured waits for it")
    func unknownEndpoint() throws {
        try bench.enqueue(1, endpoint: "later")
        #expect(try bench.worker.deliverDue().failed == 1)
        #expect(try bench.outbox.attempts(identifier(1))?.lastError == "unknown-endpoint")
        #expect(try bench.outbox.pending().count == 1)
        #expect(bench.requests.isEmpty)
    }

    @Test("A new worker goes on where the last one was killed")
    func restarted() throws {
        try bench.enqueue(1)
        bench.answers = [.status(500), .status(200)]
        _ = try bench.worker.deliverDue()
        let second = bench.makeWorker()
        #expect(try second.deliverDue().nextDue == bench.now.addingTimeInterval(2.5))
        #expect(bench.requests.count == 1)
        bench.now.addTimeInterval(2.5)
        #expect(try second.deliverDue().delivered == 1)
        #expect(try bench.outbox.receipts().first?.attempts == 2)
    }

    @Test("A clock that was set back does not hold a message up")
    func clockSetBack() throws {
        try bench.enqueue(1)
        bench.answers = [.status(500), .status(200)]
        _ = try bench.worker.deliverDue()
        bench.now.addTimeInterval(-86_400)
        #expect(try bench.worker.deliverDue().delivered == 1)
    }

    @Test("A cancelled request is no attempt, and the message stays")
    func cancelled() throws {
        try bench.enqueue(1)
        bench.answers = [.failure(.cancelled)]
        _ = try bench.worker.deliverDue()
        #expect(try bench.outbox.attempts(identifier(1)) == nil)
        #expect(try bench.outbox.pending().count == 1)
    }

    @Test("A stopped pass sends nothing more")
    func stopped() throws {
        for number in 1...3 { try bench.enqueue(number) }
        _ = try bench.worker.deliverDue { !bench.requests.isEmpty }
        #expect(bench.requests.count == 1)
        #expect(try bench.outbox.pending().count == 2)
    }
}
