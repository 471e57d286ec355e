package import AuditLog
import GRDB
package import Moderation

extension Registry {
    /// Records a verdict with all its decisions, cases and messages, in one transaction.
    ///
    /// - Parameters:
    ///   - rows: the removed rows, each an open case unless a moderator has decided on it before.
    ///   - messages: what receivers are told.
    /// - Returns: where the records stand; the last one is the verdict's.
    package func decide(
        _ id: DatasetID, _ judgement: DatasetJudgement, rows: [QuarantinedRow], messages: [Message]
    ) throws -> AppendedRecords {
        try audit.transaction(actor: "lethed") { transaction in
            var entry = try Registry.entry(id, in: transaction.database, states: [.parsed, .scored])
            entry.state = .decided
            entry.verdict = judgement.dataset.verdict
            entry.reason = judgement.dataset.reason
            entry.report = judgement.dataset.reportSHA256
            entry.attempts = 0
            entry.retryAt = nil
            entry.isPublished = false
            entry.isPurged = false
            try entry.update(transaction)
            try transaction.database.execute(
                sql: "DELETE FROM quarantined_row WHERE dataset = ?", arguments: [id.description])
            let insert = try transaction.database.cachedStatement(
                sql: """
                    INSERT INTO quarantined_row (dataset, line, rule, state, actor, reason, changed)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """)
            for row in rows {
                try insert.execute(arguments: [
                    id.description, row.line, row.rule, row.state.rawValue, row.actor, row.reason,
                    transaction.time.description,
                ])
            }
            for message in messages {
                try transaction.database.execute(
                    sql: """
                        INSERT INTO webhook_message (id, dataset, endpoint, body, created) VALUES (?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        message.id, id.description, message.endpoint, message.body, transaction.time.description,
                    ])
            }
            try transaction.append(judgement)
        }.records
    }

    /// A moderator's decision on removed rows.
    package struct RowDecision: Sendable {
        /// The rows' dataset.
        package var dataset: DatasetID

        /// Their lines.
        package var lines: [Int]

        /// What they become.
        package var state: QuarantinedRow.State

        /// Who decided.
        package var actor: String

        /// Why.
        package var reason: String?

        /// SHA-256 of the cleared output from now on, if it changes.
        package var clearedSHA256: String?

        /// Creates a decision.
        package init(
            dataset: DatasetID, lines: [Int], state: QuarantinedRow.State, actor: String, reason: String?,
            clearedSHA256: String?
        ) {
            self.dataset = dataset
            self.lines = lines
            self.state = state
            self.actor = actor
            self.reason = reason
            self.clearedSHA256 = clearedSHA256
        }
    }

    /// Records a moderator's decision, one record a row, in one transaction.
    package func decide(_ decision: RowDecision) throws {
        let (event, disposition): (AuditEvent, Disposition) =
            switch decision.state {
            case .released: (.exampleReleased, .released)
            case .confirmed: (.exampleConfirmed, .quarantined)
            case .open: (.exampleRestored, .quarantined)
            }
        try change(by: decision.actor) { transaction in
            let entry = try Registry.entry(decision.dataset, in: transaction.database, states: [.decided])
            for line in decision.lines {
                try transaction.database.execute(
                    sql: """
                        UPDATE quarantined_row SET state = ?, actor = ?, reason = ?, changed = ?
                        WHERE dataset = ? AND line = ?
                        """,
                    arguments: [
                        decision.state.rawValue, decision.actor, decision.reason, transaction.time.description,
                        decision.dataset.description, line,
                    ])
                guard transaction.database.changesCount == 1 else {
                    throw RegistryError(.unknownRow, "line \(line) of \(decision.dataset) is not quarantined")
                }
                var body: [String: CanonicalJSON] = [:]
                body["reason"] = decision.reason.map(CanonicalJSON.string)
                body["cleared"] = decision.clearedSHA256.map(CanonicalJSON.string)
                try transaction.append(
                    AuditEntry(
                        event: event, subject: "\(decision.dataset):\(line)", dataset: entry.sha256,
                        customer: entry.customer, disposition: disposition.rawValue, line: line, body: .object(body)))
            }
        }
    }

    /// Records, once for each state of the file, that a file of the inbox was refused.
    ///
    /// - Returns: whether it was recorded now.
    @discardableResult
    package func refuse(
        customer: String?, name: String, device: Int64, inode: Int64, bytes: Int, modified: String, code: String,
        reason: String
    ) throws -> Bool {
        try change { transaction in
            try transaction.database.execute(
                sql: "INSERT OR IGNORE INTO refused_file (device, inode, bytes, modified) VALUES (?, ?, ?, ?)",
                arguments: [device, inode, bytes, modified])
            guard transaction.database.changesCount == 1 else { return false }
            try transaction.append(
                AuditEntry(
                    event: .fileRefused, subject: name, customer: customer,
                    body: .object([
                        "bytes": .integer(bytes), "code": .string(code), "inode": .integer(Int128(inode)),
                        "reason": .string(reason),
                    ])))
            return true
        }
    }

    /// Notes that what was kept of a dataset was removed by the retention's rules.
    ///
    /// - Parameter what: `original`, `quarantine` or `cleared`.
    package func purge(_ id: DatasetID, what: String) throws {
        try change { transaction in
            let entry = try Registry.entry(id, in: transaction.database, states: DatasetState.allCases)
            if what == "cleared" {
                try transaction.database.execute(
                    sql: "UPDATE dataset SET is_purged = 1 WHERE id = ?", arguments: [id.description])
            }
            try transaction.append(
                AuditEntry(
                    event: .datasetPurged, subject: id.description, dataset: entry.sha256, customer: entry.customer,
                    body: .object(["what": .string(what)])))
        }
    }

    /// Messages that were not handed to the outbox, or not yet delivered.
    package func messages() throws -> [Message] {
        try audit.pool.read { db in
            try Row.fetchAll(db, sql: "SELECT id, endpoint, body FROM webhook_message ORDER BY id").map {
                Message(id: $0["id"], endpoint: $0["endpoint"], body: $0["body"])
            }
        }
    }

    /// Records how a message's delivery ended.
    package func finish(message id: String, delivered: Bool, detail: [String: CanonicalJSON]) throws {
        try change { transaction in
            let row = try Row.fetchOne(
                transaction.database,
                sql: """
                    SELECT webhook_message.dataset, endpoint, sha256, customer FROM webhook_message
                    LEFT JOIN dataset ON dataset.id = webhook_message.dataset WHERE webhook_message.id = ?
                    """, arguments: [id])
            // A receipt that a crash made us read twice.
            guard let row else { return }
            try transaction.database.execute(sql: "DELETE FROM webhook_message WHERE id = ?", arguments: [id])
            var body = detail
            body["endpoint"] = .string(row["endpoint"])
            body["message"] = .string(id)
            try transaction.append(
                AuditEntry(
                    event: delivered ? .webhookDelivered : .webhookFailed, subject: row["dataset"],
                    dataset: row["sha256"], customer: row["customer"], body: .object(body)))
        }
    }
}
