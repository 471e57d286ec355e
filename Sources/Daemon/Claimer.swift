import AuditLog
import Foundation
import Intake
import Logging
import Moderation
import Registry
import ServiceConfiguration
import Storage
import Vault

/// Takes files out of the inbox, one after another, on the inbox's own thread.
final class Claimer {
    /// What became of a file.
    enum Outcome: Equatable {
        /// It is a dataset now.
        case claimed

        /// It was refused and stays where it is.
        case refused

        /// It is not finished; look again after so many seconds, or when an event comes.
        case later(Double)

        /// It is gone.
        case gone
    }

    private let daemon: Daemon
    private var firstSeen: [String: (status: FileStatus, uptime: Double)] = [:]
    private var refused: Set<FileStatus> = []
    /// Claimed files that could not be hashed yet, such as one that changed meanwhile.
    private(set) var unhashed: [DatasetEntry] = []

    init(_ daemon: Daemon) {
        self.daemon = daemon
    }

    /// Takes a file if it is finished.
    ///
    /// - Parameters:
    ///   - isComplete: whether its writer moved it here, which says that it is.
    ///   - origin: where it was fetched from; `nil` if it was put into the inbox.
    func take(_ file: InboxFile, isComplete: Bool, origin: [String: CanonicalJSON]? = nil) throws -> Outcome {
        let settings = daemon.configuration.snapshot.settings.inbox
        if let refusal = file.refusal(maximumBytes: settings.maximumBytes) {
            // A file that is still growing, or not yet opened to its group, is told of once it has settled.
            let mayChange = refusal == .tooLarge || refusal == .unreadable
            if mayChange, let seconds = wait(file, isComplete, settings.settleSeconds) {
                return .later(seconds)
            }
            return try refuse(file, refusal)
        }
        if let seconds = wait(file, isComplete, settings.settleSeconds) { return .later(seconds) }
        firstSeen[file.path] = nil
        let entry = try receive(file, origin)
        do {
            try daemon.vault.claim(file.path, id: entry.id, customer: entry.customer)
        } catch {
            guard error.code == .notFound else { throw error }
            try daemon.registry.withdraw(entry.id)
            return .gone
        }
        try finish(entry)
        return .claimed
    }

    /// How long to wait until a file counts as finished; `nil` if it does.
    private func wait(_ file: InboxFile, _ isComplete: Bool, _ settle: Double) -> Double? {
        let now = daemon.clock.uptime()
        if firstSeen[file.path]?.status != file.status { firstSeen[file.path] = (file.status, now) }
        if WriterCheck.of(file.path) == .writing { return max(1, settle) }
        if isComplete { return nil }
        let age = daemon.clock.now().timeIntervalSince1970 - Double(file.status.modifiedSeconds)
        let seen = now - (firstSeen[file.path]?.uptime ?? now)
        // A clock that was set back must not keep a file waiting for ever.
        let rest = settle - max(age, seen)
        return rest > 0 ? rest : nil
    }

    /// Gives a file its id; the one that it has already after a crash between the record and the move.
    private func receive(_ file: InboxFile, _ origin: [String: CanonicalJSON]?) throws -> DatasetEntry {
        let present = try daemon.registry.reader.entries(states: [.received], customer: file.customer).first {
            $0.name == file.name && $0.device == file.status.device && $0.inode == file.status.inode
        }
        if let present { return present }
        let id = daemon.newID()
        try daemon.registry.receive(
            id, customer: file.customer ?? "", name: file.name, device: file.status.device, inode: file.status.inode,
            bytes: file.status.bytes, origin: origin)
        guard let entry = try daemon.registry.reader.entry(id) else {
            throw RegistryError(.unknownDataset, "there is no dataset \(id)")
        }
        return entry
    }

    /// Hashes a file that is ours, and lets it be judged.
    func finish(_ entry: DatasetEntry) throws {
        unhashed.removeAll { $0.id == entry.id }
        let path = try daemon.vault.requireOriginal(entry.id)
        guard let status = try FileStatus.of(path), status.kind == .regular else {
            // Somebody exchanged it between the look and the move; what it is now is refused and kept.
            try daemon.registry.withdraw(entry.id)
            daemon.logger.warning("a claimed file is not a regular file", metadata: ["dataset": "\(entry.id)"])
            return
        }
        do {
            let digest = try InputFile.sha256(of: path)
            try daemon.registry.claim(entry.id, sha256: digest, bytes: status.bytes)
        } catch {
            // It is ours, but not yet a dataset that can be judged: the next look at the inbox tries again.
            unhashed.append(entry)
            if let error = error as? StorageError, error.code == .changedDuringRead { return }
            throw error
        }
        daemon.activity.count { $0.claimed += 1 }
        daemon.activity.signal()
        daemon.logger.info(
            "dataset claimed",
            metadata: ["dataset": "\(entry.id)", "customer": "\(entry.customer)", "bytes": "\(status.bytes)"])
    }

    private func refuse(_ file: InboxFile, _ refusal: Refusal) throws -> Outcome {
        firstSeen[file.path] = nil
        guard !refused.contains(file.status) else { return .refused }
        let isNew = try daemon.registry.refuse(
            customer: file.customer, name: file.name, device: file.status.device, inode: file.status.inode,
            bytes: file.status.bytes, modified: file.status.modified, code: refusal.rawValue, reason: refusal.reason)
        refused.insert(file.status)
        if isNew {
            daemon.activity.count { $0.refused += 1 }
            daemon.logger.warning("file refused", metadata: ["code": "\(refusal.rawValue)"])
        }
        return .refused
    }

    /// Forgets files that have left the inbox.
    func keepOnly(_ paths: Set<String>) {
        firstSeen = firstSeen.filter { paths.contains($0.key) }
    }
}
