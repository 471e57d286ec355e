import FetchSpool
import Foundation
package import Intake
import Logging
import Moderation
import Registry
import ServiceConfiguration
import Storage
import Vault

/// Watches the inbox on a thread of its own, until the daemon stops.
package final class InboxLoop {
    private let daemon: Daemon
    private let watcher: InboxWatcher
    private let inbox: Inbox
    private let claimer: Claimer
    private let fetched: FetchedFiles
    /// Files to look at again, and when.
    private var due: [String: Double] = [:]
    private var nextRescan = 0.0

    /// Arms the watches.
    ///
    /// - Throws: `StorageError` where the inbox cannot be read or watched at all.
    package init(_ daemon: Daemon, watcher: InboxWatcher) throws {
        self.daemon = daemon
        self.watcher = watcher
        inbox = Inbox(root: daemon.vault.layout.inbox)
        claimer = Claimer(daemon)
        fetched = FetchedFiles(daemon)
        try fetched.spool.createFolders()
        watcher.watch(try inbox.list().folders + [fetched.spool.ready])
    }

    /// Runs until the daemon stops; blocks the calling thread.
    package func run() {
        while !daemon.activity.isStopping {
            daemon.heartbeats.beat("inbox", within: 900)
            let now = daemon.clock.uptime()
            if now >= nextRescan { rescan() }
            lookAgain()
            let rescanIn = nextRescan - daemon.clock.uptime()
            let nextDue = due.values.min().map { $0 - daemon.clock.uptime() } ?? rescanIn
            // A missing inbox or an unwatched folder is looked for often.
            let isWatched = watcher.failure == nil && watcher.isRootWatched
            let seconds = max(0.01, min(rescanIn, nextDue, isWatched ? 300 : 2))
            for event in watcher.wait(seconds: seconds) {
                switch event {
                case .closed(let path): take(path, isComplete: false)
                case .moved(let path):
                    if let id = fetched.receipt(at: path) { takeFetched(id) } else { take(path, isComplete: true) }
                case .rescan: nextRescan = 0
                }
            }
            if !isWatched { nextRescan = 0 }
        }
        daemon.heartbeats.end("inbox")
    }

    /// Finishes what an earlier process left between the inbox and the claims.
    package func recover() throws {
        for entry in try daemon.registry.reader.entries(states: [.received], limit: .max) {
            if try daemon.vault.original(entry.id) != nil {
                try claimer.finish(entry)
                continue
            }
            let path = "\(inbox.root)/\(entry.customer)/\(entry.name)"
            let status = try FileStatus.of(path)
            if let status, status.device == entry.device, status.inode == entry.inode { continue }
            if let device = entry.device, let inode = entry.inode, try fetched.holds(device: device, inode: inode) {
                continue
            }
            try daemon.registry.withdraw(entry.id)
        }
        for claim in try daemon.vault.claims() where try daemon.registry.reader.entry(claim.id) == nil {
            // The database is older than the claim: a restored backup. The file is taken up again.
            guard let path = try daemon.vault.original(claim.id), let status = try FileStatus.of(path) else { continue }
            try daemon.registry.receive(
                claim.id, customer: claim.customer, name: (path as NSString).lastPathComponent, device: status.device,
                inode: status.inode, bytes: status.bytes)
            if let entry = try daemon.registry.reader.entry(claim.id) { try claimer.finish(entry) }
        }
    }

    private func rescan() {
        nextRescan = daemon.clock.uptime() + Double(daemon.configuration.snapshot.settings.inbox.rescanSeconds)
        do {
            let listing = try inbox.list()
            watcher.watch(listing.folders + [fetched.spool.ready])
            daemon.activity.setProblem("inbox", watcher.failure)
            claimer.keepOnly(Set(listing.files.map(\.path)))
            for file in listing.files {
                if daemon.activity.isStopping { return }
                take(file, isComplete: false)
            }
            for id in try fetched.spool.receipts() {
                if daemon.activity.isStopping { return }
                takeFetched(id)
            }
            for entry in claimer.unhashed { attempt { try claimer.finish(entry) } }
            lookSoonAtUnhashed()
        } catch {
            daemon.activity.setProblem("inbox", error.explanation)
            daemon.logger.error("the inbox cannot be read", metadata: ["error": "\(error.explanation)"])
        }
    }

    private func lookAgain() {
        let now = daemon.clock.uptime()
        for (path, time) in due where time <= now {
            due[path] = nil
            take(path, isComplete: false)
        }
    }

    private func take(_ path: String, isComplete: Bool) {
        if let file = inbox.file(path) { take(file, isComplete: isComplete) }
    }

    private func take(_ file: InboxFile, isComplete: Bool) {
        daemon.heartbeats.beat("inbox", within: 900)
        due[file.path] = nil
        attempt {
            if case .later(let seconds) = try claimer.take(file, isComplete: isComplete) {
                due[file.path] = daemon.clock.uptime() + seconds
            }
        }
        lookSoonAtUnhashed()
    }

    private func takeFetched(_ id: DatasetID) {
        daemon.heartbeats.beat("inbox", within: 900)
        attempt { try fetched.take(id, claimer) }
        lookSoonAtUnhashed()
    }

    private func lookSoonAtUnhashed() {
        if !claimer.unhashed.isEmpty { nextRescan = min(nextRescan, daemon.clock.uptime() + 2) }
    }

    /// A failure with one file is told and tried again; it never ends the loop.
    private func attempt(_ work: () throws -> Void) {
        do {
            try work()
            daemon.activity.setProblem("claims", nil)
        } catch {
            daemon.activity.count { $0.failures += 1 }
            daemon.activity.setProblem("claims", error.explanation)
            daemon.logger.error("a file cannot be claimed", metadata: ["error": "\(error.explanation)"])
            nextRescan = min(
                nextRescan,
                daemon.clock.uptime() + min(30, daemon.configuration.snapshot.settings.scoring.retrySeconds))
        }
    }
}
