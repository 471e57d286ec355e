import AuditLog
import FetchSpool
import Foundation
import Intake
import Logging
import Moderation
import Registry
import Storage
import Vault

/// Takes over what the process with network has fetched, and records where it came from, on the inbox's own thread.
final class FetchedFiles {
    /// The folder that is shared with that process.
    let spool: FetchSpool

    private let daemon: Daemon

    init(_ daemon: Daemon) {
        self.daemon = daemon
        spool = FetchSpool(root: daemon.vault.layout.fetched)
    }

    /// The transfer whose receipt a path is; `nil` if it is none.
    func receipt(at path: String) -> DatasetID? {
        let prefix = spool.ready + "/"
        guard path.hasPrefix(prefix), path.hasSuffix(".json") else { return nil }
        return DatasetID(String(path.dropFirst(prefix.count).dropLast(5)))
    }

    /// Takes a transfer's file, if it has one, as the inbox's are taken; records its end if it has none.
    ///
    /// It may be done again after a crash at any point.
    func take(_ id: DatasetID, _ claimer: Claimer) throws {
        // That process may be anybody's: no link that it makes leads out of the folder.
        let ready = try HeldFolder(self.spool.ready)
        defer { withExtendedLifetime(ready) {} }
        let spool = spool.with(ready: ready)
        guard let receipt = try spool.receipt(id) else { return }
        var body: [String: CanonicalJSON] = [
            "attempts": .integer(receipt.attempts), "bytes": .integer(receipt.bytes), "host": .string(receipt.host),
            "transfer": .string(id.description),
        ]
        body["sha256"] = receipt.sha256.map(CanonicalJSON.string)
        body["source"] = receipt.source.map(CanonicalJSON.string)
        body["error"] = receipt.error.map(CanonicalJSON.string)
        guard receipt.sha256 != nil else {
            try daemon.registry.record(
                AuditEntry(
                    event: .fetchFailed, subject: id.description, customer: receipt.customer, body: .object(body)))
            daemon.logger.warning(
                "a dataset was not fetched",
                metadata: ["customer": "\(receipt.customer)", "error": "\(receipt.error ?? "")"])
            return try spool.removeReceipt(id)
        }
        let folder = try ready.folder(id.description)
        defer { withExtendedLifetime(folder) {} }
        // Without its file the receipt is of one that was taken before a crash.
        if let path = folder.map({ "\($0.path)/\(receipt.name)" }), let status = try FileStatus.of(path) {
            let file = InboxFile(path: path, customer: receipt.customer, name: receipt.name, status: status)
            guard try claimer.take(file, isComplete: true, origin: body) != .refused else {
                // It is recorded as refused, once, and stays for the operator to look at.
                return
            }
            if try FileStatus.of(path) != nil { return }
        }
        try spool.removeReceipt(id)
    }

    /// Whether a file that was recorded as seen still lies here.
    func holds(device: Int64, inode: Int64) throws -> Bool {
        for id in try spool.receipts() {
            // One that cannot be read is no reason not to start.
            guard let receipt = try? spool.receipt(id), let status = try? FileStatus.of(spool.readyFile(receipt))
            else { continue }
            if status.device == device, status.inode == inode { return true }
        }
        return false
    }
}
