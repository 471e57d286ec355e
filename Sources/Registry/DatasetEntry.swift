import GRDB
package import Moderation

/// Where a dataset is on its way to a verdict.
package enum DatasetState: String, Sendable, Hashable, CaseIterable {
    /// It was seen in the inbox and has its id.
    case received

    /// Its file is ours and hashed.
    case claimed

    /// It was read.
    case parsed

    /// Every rule has looked at it.
    case scored

    /// It has a verdict.
    case decided

    /// It could not be judged; it is tried again at a known time.
    case deferred

    /// Somebody stopped its judgement.
    case cancelled

    /// Its file left the inbox before it was claimed.
    case withdrawn

    /// Whether a judgement is still to come.
    package var isWaiting: Bool { [.claimed, .parsed, .scored, .deferred].contains(self) }
}

/// What the daemon knows of one dataset.
package struct DatasetEntry: Sendable, Hashable, Identifiable {
    /// Its id.
    package var id: DatasetID

    /// Whose it is.
    package var customer: String

    /// Its path below the customer's inbox.
    package var name: String

    /// Where it is on its way.
    package var state: DatasetState

    /// When it was seen: ISO 8601, UTC.
    package var received: String

    /// When its state changed last.
    package var changed: String

    /// The device of its file when it was seen.
    package var device: Int64?

    /// The inode of its file when it was seen.
    package var inode: Int64?

    /// Its size in bytes.
    package var bytes: Int?

    /// SHA-256 of its bytes.
    package var sha256: String?

    /// The hash over all that decides a verdict beside the bytes: policy, sets, model.
    package var basis: String?

    /// The name of the policy that judges it.
    package var policy: String?

    /// SHA-256 of its report.
    package var report: String?

    /// Its verdict.
    package var verdict: Verdict?

    /// Tries that failed since its last change of state otherwise.
    package var attempts: Int

    /// When it is tried again.
    package var retryAt: String?

    /// Why it was deferred, rejected or cancelled.
    package var reason: String?

    /// Whether its files lie in the vault.
    package var isPublished: Bool

    /// Whether the cleared output was removed by the retention's rules.
    package var isPurged: Bool

    static let columns = """
        id, customer, name, state, received, changed, device, inode, bytes, sha256, basis, policy, report, verdict,
        attempts, retry_at, reason, is_published, is_purged
        """

    init(_ row: Row) throws(RegistryError) {
        guard let id = (row["id"] as String?).flatMap(DatasetID.init),
            let state = (row["state"] as String?).flatMap(DatasetState.init)
        else { throw RegistryError(.corrupted, "a dataset's entry cannot be read") }
        self.id = id
        self.state = state
        customer = row["customer"]
        name = row["name"]
        received = row["received"]
        changed = row["changed"]
        device = row["device"]
        inode = row["inode"]
        bytes = row["bytes"]
        sha256 = row["sha256"]
        basis = row["basis"]
        policy = row["policy"]
        report = row["report"]
        verdict = (row["verdict"] as String?).flatMap(Verdict.init)
        attempts = row["attempts"]
        retryAt = row["retry_at"]
        reason = row["reason"]
        isPublished = row["is_published"]
        isPurged = row["is_purged"]
    }
}

/// A row that was removed from a dataset, as a moderator's case.
package struct QuarantinedRow: Sendable, Hashable {
    /// Where the case stands.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Nobody has looked at it.
        case open

        /// A moderator found the removal right.
        case confirmed

        /// A moderator let the row pass.
        case released
    }

    /// The row's dataset.
    package var dataset: DatasetID

    /// One-based line in the dataset.
    package var line: Int

    /// The rule that removed it.
    package var rule: String

    /// Where the case stands.
    package var state: State

    /// Who decided last.
    package var actor: String?

    /// Why.
    package var reason: String?

    /// When.
    package var changed: String

    /// Creates a case.
    package init(
        dataset: DatasetID, line: Int, rule: String, state: State, actor: String? = nil, reason: String? = nil,
        changed: String = ""
    ) {
        self.dataset = dataset
        self.line = line
        self.rule = rule
        self.state = state
        self.actor = actor
        self.reason = reason
        self.changed = changed
    }
}
