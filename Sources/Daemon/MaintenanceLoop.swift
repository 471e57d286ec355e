import AuditLog
import Foundation
import Intake
import Logging
import Moderation
import Outbox
import Registry
import ServiceConfiguration
import Storage
import Vault

/// What comes round regularly: receipts of messages, retention, a look at the policies' folders.
package final class MaintenanceLoop {
    private let daemon: Daemon
    private var nextRetention = 0.0

    /// Creates the loop.
    package init(_ daemon: Daemon) {
        self.daemon = daemon
    }

    /// Does what is due; blocks the calling thread.
    package func runOnce() {
        attempt("webhooks") { try takeReceipts() }
        let now = daemon.clock.uptime()
        guard now >= nextRetention else { return }
        nextRetention = now + 600
        attempt("retention") { try Retention(daemon).run() }
    }

    /// Records how deliveries ended.
    private func takeReceipts() throws {
        daemon.outboxLock.lock()
        defer { daemon.outboxLock.unlock() }
        guard try !daemon.registry.messages().isEmpty else { return }
        let outbox = try Outbox(folder: daemon.vault.layout.outbox)
        for receipt in try outbox.receipts() {
            var detail: [String: CanonicalJSON] = ["attempts": .integer(receipt.attempts)]
            detail["status"] = receipt.status.map { .integer($0) }
            detail["error"] = receipt.error.map(CanonicalJSON.string)
            try daemon.registry.finish(message: receipt.id, delivered: receipt.isDelivered, detail: detail)
            try outbox.removeReceipt(receipt.id)
        }
        try daemon.forwardMessagesLocked()
    }

    private func attempt(_ part: String, _ work: () throws -> Void) {
        do {
            try work()
            daemon.activity.setProblem(part, nil)
        } catch {
            daemon.activity.setProblem(part, error.explanation)
            daemon.logger.error("\(part) failed", metadata: ["error": "\(error.explanation)"])
        }
    }
}

/// Removes what the configuration no longer wants kept; nothing that an open case needs.
struct Retention {
    private let daemon: Daemon

    init(_ daemon: Daemon) {
        self.daemon = daemon
    }

    func run() throws {
        let retention = daemon.configuration.snapshot.settings.retention
        guard
            retention.originalDays != nil || retention.quarantineDays != nil || retention.clearedDays != nil
                || retention.originalBytes != nil
        else { return }
        daemon.vaultLock.lock()
        defer { daemon.vaultLock.unlock() }
        let decided = try daemon.registry.reader.entries(states: [.decided, .cancelled], limit: .max).reversed()
        var kept: [(entry: DatasetEntry, bytes: Int)] = []
        for entry in decided where entry.isPublished || entry.state == .cancelled {
            let isOpen = try daemon.registry.reader.rows(dataset: entry.id, states: [.open], limit: 1).isEmpty == false
            guard !isOpen else { continue }
            if try isOlder(entry.changed, than: retention.clearedDays), !entry.isPurged,
                entry.verdict?.opensGate == true
            {
                // In this order: what is noted as purged is not looked at again.
                try Folder.remove(daemon.vault.layout.clearedFolder(entry.id, customer: entry.customer))
                try daemon.registry.purge(entry.id, what: "cleared")
            }
            let folder = daemon.vault.layout.quarantineFolder(entry.id)
            let last = try daemon.registry.reader.rows(dataset: entry.id, limit: .max).map(\.changed).max()
            if try isOlder(last ?? entry.changed, than: retention.quarantineDays), try FileStatus.of(folder) != nil {
                try daemon.registry.purge(entry.id, what: "quarantine")
                try Folder.remove(folder)
            }
            guard let original = try daemon.vault.original(entry.id) else { continue }
            if try isOlder(entry.changed, than: retention.originalDays) {
                try removeOriginal(entry)
            } else {
                kept.append((entry, try FileStatus.of(original)?.bytes ?? 0))
            }
        }
        guard let limit = retention.originalBytes else { return }
        var total = kept.reduce(0) { $0 + $1.bytes }
        for (entry, bytes) in kept where total > limit {
            try removeOriginal(entry)
            total -= bytes
        }
    }

    private func removeOriginal(_ entry: DatasetEntry) throws {
        try daemon.registry.purge(entry.id, what: "original")
        try daemon.vault.settle(entry.id, keepsOriginal: false)
    }

    private func isOlder(_ time: String, than days: Int?) throws -> Bool {
        guard let days else { return false }
        return try time < daemon.time(after: -86_400 * Double(days)).description
    }
}
