import Foundation
import Storage

/// A folder of messages that wait for their delivery by another process.
///
/// One process enqueues and takes the receipts, one delivers. A message is the file `<id>.json`; the state of its
/// attempts is `<id>.attempt.json`, and what became of it `<id>.receipt.json`. Each file appears whole or not at all,
/// so that both processes may end at any point: a message that was enqueued is there until its receipt is.
package struct Outbox: Sendable {
    /// The folder's path.
    package let folder: String

    /// Opens an outbox; the folder must exist.
    package init(folder: String) throws(OutboxError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw OutboxError(
                .readFailed, "the outbox is not a folder", remedy: "Create the folder with mode 0700", path: folder)
        }
        self.folder = folder
    }

    /// Makes a message durable; nothing happens if one of its id is there already or has a receipt.
    package func enqueue(_ message: OutboxMessage) throws(OutboxError) {
        // In this order: the deliverer writes the receipt before it removes the message.
        guard !exists(message.id, .message), !exists(message.id, .receipt) else { return }
        try write(message, message.id, .message)
    }

    /// The messages without a receipt, in the order of their ids, which is that of their making.
    ///
    /// - Throws: `malformed-file` for a file that is not a message.
    package func pending() throws(OutboxError) -> [OutboxMessage] {
        var messages: [OutboxMessage] = []
        for id in try pendingIdentifiers() {
            if let message = try message(id) { messages.append(message) }
        }
        return messages
    }

    /// The ids of the messages without a receipt, in their order; messages that have one are removed.
    package func pendingIdentifiers() throws(OutboxError) -> [String] {
        let all = try identifiers([.message, .receipt])
        let finished = all[.receipt] ?? []
        var pending: [String] = []
        for id in all[.message] ?? [] {
            // The deliverer ended between writing the receipt and removing the message.
            if finished.contains(id) { try removeMessage(id) } else { pending.append(id) }
        }
        return pending.sorted()
    }

    /// The message of an id; `nil` if there is none.
    package func message(_ id: String) throws(OutboxError) -> OutboxMessage? {
        let message: OutboxMessage? = try read(id, .message)
        guard message == nil || message?.id == id else {
            throw OutboxError(.malformedFile, "the message in the file has another id", path: path(id, .message))
        }
        return message
    }

    /// The state of a message's attempts; `nil` before the first one has failed.
    package func attempts(_ id: String) throws(OutboxError) -> OutboxAttempts? {
        try read(id, .attempts)
    }

    /// Makes the state of a message's attempts durable.
    package func record(_ attempts: OutboxAttempts, of id: String) throws(OutboxError) {
        try write(attempts, id, .attempts)
    }

    /// Makes a receipt durable, then removes its message.
    package func finish(_ receipt: OutboxReceipt) throws(OutboxError) {
        try write(receipt, receipt.id, .receipt)
        try removeMessage(receipt.id)
    }

    /// The receipts that wait to be taken, in the order of their ids.
    ///
    /// - Throws: `malformed-file` for a file that is not a receipt.
    package func receipts() throws(OutboxError) -> [OutboxReceipt] {
        var receipts: [OutboxReceipt] = []
        for id in try identifiers([.receipt])[.receipt, default: []].sorted() {
            if let receipt: OutboxReceipt = try read(id, .receipt) { receipts.append(receipt) }
        }
        return receipts
    }

    /// Removes a receipt, once what it says is recorded elsewhere; harmless if there is none.
    package func removeReceipt(_ id: String) throws(OutboxError) {
        guard exists(id, .receipt) else { return }
        // First, and durably: a message without its receipt would be delivered again.
        try removeMessage(id)
        try remove(id, .receipt)
        try flush()
    }
}
