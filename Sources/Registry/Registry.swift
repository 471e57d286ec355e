package import AuditLog
import GRDB
package import Moderation

/// The daemon's datasets and their states, in the database of the audit log: each change of state and the record that
/// tells of it are one transaction.
///
/// Every method blocks the calling thread.
package struct Registry: Sendable {
    /// The database.
    package let audit: AuditDatabase

    private let actor: String

    /// Creates the registry of a database.
    ///
    /// - Parameter actor: who changes states where nobody asked for it, such as `lethed`.
    package init(_ audit: AuditDatabase, actor: String = "lethed") {
        self.audit = audit
        self.actor = actor
    }

    /// A message to a webhook's receiver, kept with the verdict that it tells of.
    package struct Message: Sendable, Hashable {
        /// The message's id, a ULID.
        package var id: String

        /// Which receiver.
        package var endpoint: String

        /// The JSON text.
        package var body: String

        /// Creates a message.
        package init(id: String, endpoint: String, body: String) {
            self.id = id
            self.endpoint = endpoint
            self.body = body
        }
    }

    /// Runs a change as one transaction.
    @discardableResult
    func change<Result>(
        by actor: String? = nil, _ body: (AuditTransaction) throws -> Result
    ) throws -> Result {
        try audit.transaction(actor: actor ?? self.actor, body).result
    }

    /// Records an event that changes no dataset.
    package func record(_ entry: AuditEntry, by actor: String? = nil) throws {
        try change(by: actor) { _ = try $0.append(entry) }
    }

    /// Notes a dataset that was seen in the inbox, before its file is moved.
    ///
    /// - Parameter origin: where it was fetched from, for a record of its own; `nil` if it was put into the inbox.
    package func receive(
        _ id: DatasetID, customer: String, name: String, device: Int64, inode: Int64, bytes: Int,
        origin: [String: CanonicalJSON]? = nil
    ) throws {
        try change { transaction in
            try transaction.database.execute(
                sql: """
                    INSERT INTO dataset (id, customer, name, state, received, changed, device, inode, bytes)
                    VALUES (?, ?, ?, 'received', ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id.description, customer, name, transaction.time.description, transaction.time.description, device,
                    inode, bytes,
                ])
            try transaction.append(
                AuditEntry(
                    event: .datasetReceived, subject: id.description, customer: customer,
                    body: .object(["bytes": .integer(bytes), "name": .string(name)])))
            guard let origin else { return }
            try transaction.append(
                AuditEntry(
                    event: .datasetFetched, subject: id.description, customer: customer, body: .object(origin)))
        }
    }

    /// Notes that a dataset's file is ours, with its hash.
    package func claim(_ id: DatasetID, sha256: String, bytes: Int) throws {
        try move(id, from: [.received, .claimed], to: .claimed, event: .datasetClaimed) { entry in
            entry.sha256 = sha256
            entry.bytes = bytes
            return ["bytes": .integer(bytes)]
        }
    }

    /// Notes that a dataset's file was changed after it was claimed, and what it holds now; its judgement begins anew.
    package func reclaim(_ id: DatasetID, sha256: String, bytes: Int) throws {
        let states: [DatasetState] = [.claimed, .parsed, .scored, .deferred]
        try move(id, from: states, to: .claimed, event: .datasetClaimed) { entry in
            entry.sha256 = sha256
            entry.bytes = bytes
            entry.report = nil
            return ["bytes": .integer(bytes), "changed": .bool(true)]
        }
    }

    /// Notes that a dataset's file left the inbox before it was claimed.
    package func withdraw(_ id: DatasetID) throws {
        try move(id, from: [.received], to: .withdrawn, event: .datasetWithdrawn) { _ in [:] }
    }

    /// Notes that a dataset was read, and what will judge it.
    package func parse(_ id: DatasetID, rows: Int, malformed: Int, basis: String, policy: String) throws {
        try move(id, from: [.claimed, .parsed, .scored, .deferred], to: .parsed, event: .datasetParsed) { entry in
            entry.basis = basis
            entry.policy = policy
            return [
                "basis": .string(basis), "malformed": .integer(malformed), "policy": .string(policy),
                "rows": .integer(rows),
            ]
        }
    }

    /// Notes that every rule has looked at a dataset.
    package func score(_ id: DatasetID, report: String) throws {
        try move(id, from: [.parsed], to: .scored, event: .datasetScored) { entry in
            entry.report = report
            return [:]
        }
    }

    /// Puts a dataset off: a failure is no verdict.
    ///
    /// - Parameter retryAt: when it is tried again.
    package func `defer`(_ id: DatasetID, code: String, reason: String, retryAt: AuditTime) throws {
        let states: [DatasetState] = [.claimed, .parsed, .scored, .deferred]
        try move(id, from: states, to: .deferred, event: .datasetDeferred) { entry in
            entry.attempts += 1
            entry.retryAt = retryAt.description
            entry.reason = reason
            return [
                "attempt": .integer(entry.attempts), "code": .string(code), "reason": .string(reason),
                "retry_at": .string(retryAt.description),
            ]
        }
    }

    /// Stops a dataset's judgement for good.
    package func cancel(_ id: DatasetID, by actor: String, reason: String?) throws {
        let states: [DatasetState] = [.claimed, .parsed, .scored, .deferred]
        try move(id, from: states, to: .cancelled, event: .datasetCancelled, by: actor) { entry in
            entry.reason = reason
            entry.verdict = nil
            return reason.map { ["reason": .string($0)] } ?? [:]
        }
    }

    /// Has a dataset judged again under the policy of now; its gate is closed until then.
    package func reopen(_ id: DatasetID, by actor: String, reason: String?) throws {
        let states: [DatasetState] = [.decided, .deferred, .cancelled]
        try move(id, from: states, to: .claimed, event: .datasetReopened, by: actor) { entry in
            entry.verdict = nil
            entry.report = nil
            entry.attempts = 0
            entry.retryAt = nil
            entry.reason = nil
            entry.isPublished = false
            return reason.map { ["reason": .string($0)] } ?? [:]
        }
    }

    /// Notes that a verdict's files lie in the vault.
    package func publish(_ id: DatasetID) throws {
        try change { transaction in
            try transaction.database.execute(
                sql: "UPDATE dataset SET is_published = 1 WHERE id = ? AND state = 'decided'",
                arguments: [id.description])
        }
    }

    /// Changes a dataset's state, with its record.
    private func move(
        _ id: DatasetID, from states: [DatasetState], to state: DatasetState, event: AuditEvent,
        by actor: String? = nil, _ update: (inout DatasetEntry) -> [String: CanonicalJSON]
    ) throws {
        try change(by: actor) { transaction in
            var entry = try Registry.entry(id, in: transaction.database, states: states)
            // What a crash made us do twice is recorded once.
            let isRepeated = entry.state == state && state != .deferred
            let before = entry
            let body = update(&entry)
            if isRepeated, entry == before { return }
            entry.state = state
            if state != .deferred, state != .claimed { entry.retryAt = nil }
            try entry.update(transaction)
            try transaction.append(
                AuditEntry(
                    event: event, subject: id.description, dataset: entry.sha256, customer: entry.customer,
                    body: .object(body)))
        }
    }
}

extension DatasetEntry {
    /// Writes every column that may change.
    func update(_ transaction: AuditTransaction) throws {
        try transaction.database.execute(
            sql: """
                UPDATE dataset SET state = ?, changed = ?, bytes = ?, sha256 = ?, basis = ?, policy = ?, report = ?,
                    verdict = ?, attempts = ?, retry_at = ?, reason = ?, is_published = ?, is_purged = ?
                WHERE id = ?
                """,
            arguments: [
                state.rawValue, transaction.time.description, bytes, sha256, basis, policy, report, verdict?.rawValue,
                attempts, retryAt, reason, isPublished, isPurged, id.description,
            ])
    }
}
