import Delivery
import Foundation
import HTTPTransfer
import Outbox
import TestSupport
import Testing

@Suite("Delivery of many messages")
struct ManyMessagesTests {
    private let bench: WorkerBench

    init() throws {
        bench = try WorkerBench()
    }

    @Test(
        "An endpoint that cannot be reached is tried once a pass, and others are served",
        arguments: [.failure(.connectionFailed), .status(429), .status(503)] as [WorkerBench.Answer])
    func unreachable(answer: WorkerBench.Answer) throws {
        for number in 1...3 { try bench.enqueue(number) }
        try bench.enqueue(4, endpoint: "plain")
        bench.answers = [answer, .status(200)]
        let pass = try bench.worker.deliverDue()
        #expect(pass.failed == 1)
        #expect(bench.sent == [identifier(1), identifier(4)])
        #expect(try bench.outbox.attempts(identifier(2)) == nil)

        bench.now.addTimeInterval(2.5)
        #expect(try bench.worker.deliverDue().delivered == 3)
        #expect(try bench.outbox.pending().isEmpty)
    }

    @Test("A message that always fails does not hold up those behind it")
    func poison() throws {
        for number in 1...3 { try bench.enqueue(number) }
        bench.answers = [.failure(.timedOut), .status(200)]
        _ = try bench.worker.deliverDue()
        bench.now.addTimeInterval(2.5)
        _ = try bench.worker.deliverDue()
        // Those without an attempt come first.
        #expect(bench.sent == [1, 2, 3, 1].map(identifier))
    }

    @Test("An answer of 500 to one message does not keep the others of its endpoint waiting")
    func oneFails() throws {
        for number in 1...3 { try bench.enqueue(number) }
        bench.answers = [.status(500), .status(200)]
        let pass = try bench.worker.deliverDue()
        #expect(pass.failed == 1)
        #expect(pass.delivered == 2)
    }

    @Test("A file that is no message stays where it is and the others are delivered")
    func malformed() throws {
        let path = try bench.folder.write("{", to: identifier(1) + ".json")
        try bench.enqueue(2)
        let pass = try bench.worker.deliverDue()
        #expect(pass.delivered == 1)
        #expect(pass.nextDue == bench.now.addingTimeInterval(60))
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("A state of attempts that cannot be read starts anew")
    func malformedAttempts() throws {
        try bench.enqueue(1)
        try bench.folder.write("{", to: identifier(1) + ".attempt.json")
        #expect(try bench.worker.deliverDue().delivered == 1)
        #expect(try bench.outbox.receipts().first?.attempts == 1)
    }

    @Test("A delivered message whose receipt cannot be written yet is not sent again")
    func unwritableReceipt() throws {
        try bench.enqueue(1)
        // A folder in the receipt's place: it cannot be replaced by a file.
        let obstacle = bench.folder.file(identifier(1) + ".receipt.json")
        bench.beforeAnswer = {
            try? FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        }
        let pass = try bench.worker.deliverDue()
        #expect(pass.delivered == 0)
        #expect(pass.nextDue == bench.now.addingTimeInterval(60))
        #expect(bench.requests.count == 1)

        try FileManager.default.removeItem(atPath: obstacle)
        bench.now.addTimeInterval(60)
        #expect(try bench.worker.deliverDue().delivered == 1)
        #expect(bench.requests.count == 1)
        #expect(try bench.outbox.receipts().first?.isDelivered == true)
    }

    @Test("A folder that is gone ends the pass with an error")
    func gone() throws {
        try bench.enqueue(1)
        _ = bench.worker
        try FileManager.default.removeItem(atPath: bench.folder.path)
        let error = #expect(throws: OutboxError.self) { try bench.worker.deliverDue() }
        #expect(error?.code == .readFailed)
    }
}
