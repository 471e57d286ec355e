import Diagnostics
import Foundation
import Outbox
import TestSupport
import Testing

/// Ids of messages in their order.
func identifier(_ number: Int) -> String { "01HZX0000000000000000" + String(10_000 + number) }

@Suite("The outbox")
struct OutboxTests {
    private let folder: TemporaryFolder
    private let outbox: Outbox
    private let time = Date(timeIntervalSince1970: 1_700_000_000.123)

    init() throws {
        folder = try TemporaryFolder()
        outbox = try Outbox(folder: folder.path)
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    }

    private func message(_ number: Int = 1, body: String = "{}") throws -> OutboxMessage {
        try OutboxMessage(id: identifier(number), endpoint: "ops", created: time, body: body)
    }

    private func receipt(_ number: Int = 1) -> OutboxReceipt {
        OutboxReceipt(
            id: identifier(number), endpoint: "ops", isDelivered: false, status: 400, attempts: 2, time: time,
            error: "http-400")
    }

    @Test("A message comes back as it was enqueued", arguments: ["{}", #"{"a":"é \"\\/ \u0000"}"#, "{\n}\t😀\u{7F}"])
    func roundTrip(body: String) throws {
        try outbox.enqueue(try message(body: body))
        #expect(try outbox.pending() == [try message(body: body)])
        #expect(try outbox.message(identifier(1))?.body.utf8.elementsEqual(body.utf8) == true)
        #expect(try names == [identifier(1) + ".json"])
    }

    @Test("The file holds the four documented members and is for its owner only")
    func file() throws {
        try outbox.enqueue(try message(body: #"{"verdict":"cleared"}"#))
        let path = folder.file(identifier(1) + ".json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(
            text == #"{"body":"{\"verdict\":\"cleared\"}","created":1700000000123,"endpoint":"ops","id":""#
                + identifier(1) + #""}"#)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("Messages come in the order of their ids, and other files are passed over")
    func order() throws {
        for number in [3, 1, 2] { try outbox.enqueue(try message(number)) }
        for name in ["README", ".lock", "note.json", identifier(4) + ".json.bak", identifier(5) + ".attempt.json"] {
            try folder.write("{", to: name)
        }
        #expect(try outbox.pending().map(\.id) == [1, 2, 3].map(identifier))
    }

    @Test("Enqueuing an id again changes nothing, before and after its delivery")
    func idempotent() throws {
        try outbox.enqueue(try message())
        try outbox.enqueue(try message(body: "[]"))
        #expect(try outbox.pending() == [try message()])
        try outbox.finish(receipt())
        try outbox.enqueue(try message())
        #expect(try outbox.pending().isEmpty)
    }

    @Test("The state of the attempts comes back, and goes with the message")
    func attempts() throws {
        try outbox.enqueue(try message())
        #expect(try outbox.attempts(identifier(1)) == nil)
        let state = OutboxAttempts(count: 2, first: time, next: time.addingTimeInterval(9.5), lastError: "timed-out")
        try outbox.record(state, of: identifier(1))
        #expect(try outbox.attempts(identifier(1)) == state)
        try outbox.finish(receipt())
        #expect(try names == [identifier(1) + ".receipt.json"])
    }

    @Test("Receipts stay until each is removed", arguments: [true, false])
    func receipts(isDelivered: Bool) throws {
        let receipts = [1, 2].map {
            OutboxReceipt(
                id: identifier($0), endpoint: "ops", isDelivered: isDelivered, status: isDelivered ? 200 : nil,
                attempts: 3, time: time, error: isDelivered ? nil : "timed-out")
        }
        for number in [1, 2] { try outbox.enqueue(try message(number)) }
        for receipt in receipts.reversed() { try outbox.finish(receipt) }
        #expect(try outbox.receipts() == receipts)
        #expect(try outbox.receipts() == receipts)
        try outbox.removeReceipt(identifier(1))
        try outbox.removeReceipt(identifier(1))
        #expect(try outbox.receipts() == [receipts[1]])
    }

    @Test("A process killed between receipt and removal leaves no message that is sent again")
    func killedAfterReceipt() throws {
        try outbox.enqueue(try message())
        let saved = try Data(contentsOf: URL(fileURLWithPath: folder.file(identifier(1) + ".json")))
        try outbox.finish(receipt())
        try saved.write(to: URL(fileURLWithPath: folder.file(identifier(1) + ".json")))
        #expect(try outbox.pending().isEmpty)
        #expect(try names == [identifier(1) + ".receipt.json"])

        // The receipt may be taken before the deliverer starts again.
        try saved.write(to: URL(fileURLWithPath: folder.file(identifier(1) + ".json")))
        try outbox.removeReceipt(identifier(1))
        #expect(try names.isEmpty)
    }

    @Test("Temporary files of a killed process go once they are old")
    func abandoned() throws {
        try folder.write("{", to: ".lethe-1.tmp")
        try outbox.enqueue(try message())
        try outbox.removeAbandonedFiles(before: Date(timeIntervalSinceNow: -3600))
        #expect(try names.count == 2)
        try outbox.removeAbandonedFiles(before: Date(timeIntervalSinceNow: 3600))
        #expect(try names == [identifier(1) + ".json"])
    }

    @Test(
        "A file that is no message is an error that names it",
        arguments: ["", "{", "[]", #"{"id":"x","endpoint":"ops","created":1,"body":"{}"}"#])
    func malformed(contents: String) throws {
        let path = try folder.write(contents, to: identifier(1) + ".json")
        let error = #expect(throws: OutboxError.self) { try outbox.pending() }
        #expect(error?.code == .malformedFile)
        #expect(error?.location?.path == path)
    }

    @Test("A message under another one's name is an error")
    func renamed() throws {
        try outbox.enqueue(try message())
        try FileManager.default.moveItem(
            atPath: folder.file(identifier(1) + ".json"), toPath: folder.file(identifier(2) + ".json"))
        let error = #expect(throws: OutboxError.self) { try outbox.pending() }
        #expect(error?.code == .malformedFile)
    }

    @Test("One process at a time delivers")
    func lock() throws {
        do {
            let lock = try OutboxLock(outbox)
            let error = #expect(throws: OutboxError.self) { try OutboxLock(outbox) }
            #expect(error?.code == .inUse)
            withExtendedLifetime(lock) {}
        }
        _ = try OutboxLock(outbox)
    }

    @Test("A missing folder is an error that names it")
    func missing() {
        let error = #expect(throws: OutboxError.self) { try Outbox(folder: folder.file("none")) }
        #expect(error?.location?.path == folder.file("none"))
    }

    @Test("A folder that cannot be written to is an error")
    func unwritable() throws {
        try FileManager.default.removeItem(atPath: folder.path)
        let error = #expect(throws: OutboxError.self) { try outbox.enqueue(try message()) }
        #expect(error?.code == .writeFailed)
    }
}
