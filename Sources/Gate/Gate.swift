package import AuditLog
import Foundation
package import Moderation
package import Registry
import Storage
package import Vault

/// Decides whether finetuning may start on a dataset: only on a recorded verdict, and only on the very bytes recorded.
///
/// It reads the audit log and the vault and changes nothing, so it works whether or not the daemon runs.
package struct Gate: Sendable {
    /// What the gate says.
    package enum Answer: Sendable, Hashable {
        /// The cleared file at the path has the recorded hash.
        case open(path: String, sha256: String, record: Int64)

        /// The verdict clears nothing, or somebody cancelled the judgement.
        case rejected(reason: String)

        /// No such dataset is recorded.
        case unknown

        /// It could not be judged; a verdict that says so is final, a failure is tried again.
        case deferred(reason: String, isFinal: Bool)

        /// It waits for its verdict, or its verdict for its files.
        case pending(state: String)

        /// The record or the cleared file is not what was recorded.
        case altered(reason: String)

        /// The exit code of `lethe gate`.
        package var exitCode: Int32 {
            switch self {
            case .open: 0
            case .rejected: 1
            case .unknown: 3
            case .deferred: 5
            case .pending: 6
            case .altered: 7
            }
        }

        /// Whether waiting can change it.
        package var isProvisional: Bool {
            switch self {
            case .pending, .deferred(_, isFinal: false), .unknown: true
            case .open, .rejected, .deferred(_, isFinal: true), .altered: false
            }
        }

        /// The answer's name for scripts.
        package var name: String {
            switch self {
            case .open: "open"
            case .rejected: "rejected"
            case .unknown: "unknown"
            case .deferred: "deferred"
            case .pending: "pending"
            case .altered: "altered"
            }
        }
    }

    private let reader: AuditReader
    private let registry: RegistryReader
    private let layout: VaultLayout

    /// Opens the gate's sources read-only.
    ///
    /// - Throws: `AuditError`.
    package init(_ layout: VaultLayout) throws(AuditError) {
        self.layout = layout
        reader = try AuditReader(path: layout.auditDatabase)
        registry = RegistryReader(reader)
    }

    /// The dataset that a text names.
    ///
    /// - Parameter selector: an id, the SHA-256 of the customer's file, or the path of that file or of a cleared file.
    /// - Returns: the dataset; the newest where the same bytes came more than once; `nil` if none is recorded.
    /// - Throws: `RegistryError` with code `ambiguous-dataset` where the same bytes came from several customers.
    package func dataset(_ selector: String, customer: String?) throws -> DatasetEntry? {
        if let id = DatasetID(selector) {
            return try registry.entry(id).flatMap { customer == nil || $0.customer == customer ? $0 : nil }
        }
        if FileManager.default.fileExists(atPath: selector) {
            // A cleared file is known by its place in the vault; any other file by what it holds.
            let folder = URL(fileURLWithPath: selector).resolvingSymlinksInPath().deletingLastPathComponent().path
            if let id = DatasetID((folder as NSString).lastPathComponent), let entry = try registry.entry(id),
                folder
                    == URL(fileURLWithPath: layout.clearedFolder(id, customer: entry.customer))
                    .resolvingSymlinksInPath().path
            {
                return entry
            }
            return try newest(try InputFile.sha256(of: selector), customer)
        }
        return try newest(selector.lowercased(), customer)
    }

    private func newest(_ sha256: String, _ customer: String?) throws -> DatasetEntry? {
        let entries = try registry.entries(sha256: sha256, customer: customer)
        let customers = Set(entries.map(\.customer)).sorted()
        guard customers.count <= 1 else {
            throw RegistryError(
                .ambiguousDataset, "\(customers.count) customers sent these bytes", remedy: "Add --customer")
        }
        return entries.first
    }

    /// What the gate says of a dataset now.
    package func answer(_ id: DatasetID) throws -> Answer {
        guard let entry = try registry.entry(id) else { return .unknown }
        guard let record = try registry.gateRecord(id, through: reader) else {
            return entry.state == .withdrawn ? .unknown : .pending(state: entry.state.rawValue)
        }
        guard record.isIntact else {
            return .altered(reason: "audit record \(record.sequence) was changed")
        }
        let body = try CanonicalJSON(parsing: record.body)
        let reason = body["reason"]?.text ?? ""
        switch record.event {
        case AuditEvent.datasetCancelled.rawValue:
            return .rejected(reason: "its judgement was cancelled\(reason.isEmpty ? "" : ": \(reason)")")
        case AuditEvent.datasetDeferred.rawValue: return .deferred(reason: reason, isFinal: false)
        case AuditEvent.datasetReopened.rawValue: return .pending(state: entry.state.rawValue)
        case AuditEvent.datasetJudged.rawValue:
            switch record.verdict.flatMap(Verdict.init) {
            case .rejected: return .rejected(reason: reason)
            case .deferred: return .deferred(reason: reason, isFinal: true)
            case .cleared, .clearedWithRemovals: break
            case nil: return .altered(reason: "audit record \(record.sequence) holds no verdict")
            }
        default: break
        }
        guard let cleared = body["cleared"]?.text else {
            return .altered(reason: "audit record \(record.sequence) names no cleared file")
        }
        return try compare(entry, cleared: cleared, record: record.sequence)
    }

    private func compare(_ entry: DatasetEntry, cleared: String, record: Int64) throws -> Answer {
        let name = VaultLayout.dataName(for: entry.name)
        let path = layout.clearedFolder(entry.id, customer: entry.customer) + "/" + name
        guard try FileStatus.of(path)?.kind == .regular else {
            return entry.isPublished
                ? .altered(reason: entry.isPurged ? "the cleared file was purged" : "the cleared file is missing")
                : .pending(state: "publishing")
        }
        guard try InputFile.sha256(of: path) == cleared else {
            // Between a moderator's record and the new file there is a moment; a second look tells it from an alteration.
            return entry.isPublished
                ? .altered(reason: "the cleared file has not the recorded hash") : .pending(state: "publishing")
        }
        return .open(path: path, sha256: cleared, record: record)
    }
}
