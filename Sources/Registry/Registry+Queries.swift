package import AuditLog
import GRDB
package import Moderation

/// Reads the daemon's datasets; it works while the daemon writes, and blocks the calling thread.
package struct RegistryReader: Sendable {
    private let connection: any DatabaseReader

    /// Reads through an audit log that is open read-only.
    package init(_ reader: AuditReader) {
        connection = reader.connection
    }

    /// The dataset with an id; `nil` if there is none.
    package func entry(_ id: DatasetID) throws -> DatasetEntry? {
        try connection.read { try Registry.find(id, in: $0) }
    }

    /// Datasets, newest first.
    package func entries(
        states: [DatasetState] = [], customer: String? = nil, limit: Int = 1000
    ) throws -> [DatasetEntry] {
        try connection.read { db in
            var conditions: [String] = []
            var arguments: StatementArguments = []
            if !states.isEmpty {
                conditions.append("state IN (\(states.map { _ in "?" }.joined(separator: ", ")))")
                arguments += StatementArguments(states.map(\.rawValue))
            }
            if let customer {
                conditions.append("customer = ?")
                arguments += [customer]
            }
            arguments += [limit]
            let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            return try Row.fetchAll(
                db, sql: "SELECT \(DatasetEntry.columns) FROM dataset \(filter) ORDER BY id DESC LIMIT ?",
                arguments: arguments
            ).map { try DatasetEntry($0) }
        }
    }

    /// Datasets whose bytes have a SHA-256, newest first.
    package func entries(sha256: String, customer: String? = nil) throws -> [DatasetEntry] {
        try connection.read { db in
            let rows =
                if let customer {
                    try Row.fetchAll(
                        db,
                        sql: """
                            SELECT \(DatasetEntry.columns) FROM dataset WHERE sha256 = ? AND customer = ?
                            ORDER BY id DESC
                            """, arguments: [sha256, customer])
                } else {
                    try Row.fetchAll(
                        db, sql: "SELECT \(DatasetEntry.columns) FROM dataset WHERE sha256 = ? ORDER BY id DESC",
                        arguments: [sha256])
                }
            return try rows.map { try DatasetEntry($0) }
        }
    }

    /// How many datasets are in each state.
    package func counts() throws -> [DatasetState: Int] {
        try connection.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT state, count(*) AS n FROM dataset GROUP BY state")
            var counts: [DatasetState: Int] = [:]
            for row in rows {
                if let state = (row["state"] as String?).flatMap(DatasetState.init) { counts[state] = row["n"] }
            }
            return counts
        }
    }

    /// How many cases wait for a moderator.
    package func openCaseCount() throws -> Int {
        try connection.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM quarantined_row WHERE state = 'open'") ?? 0
        }
    }

    /// The number of the last audit record.
    package func lastSequence() throws -> Int64 {
        try connection.read { try Int64.fetchOne($0, sql: "SELECT max(sequence) FROM audit_record") ?? 0 }
    }

    /// Cases, by dataset and line.
    package func rows(
        dataset: DatasetID? = nil, states: [QuarantinedRow.State] = [], limit: Int = 1000
    ) throws -> [QuarantinedRow] {
        try connection.read { db in
            var conditions: [String] = []
            var arguments: StatementArguments = []
            if let dataset {
                conditions.append("dataset = ?")
                arguments += [dataset.description]
            }
            if !states.isEmpty {
                conditions.append("state IN (\(states.map { _ in "?" }.joined(separator: ", ")))")
                arguments += StatementArguments(states.map(\.rawValue))
            }
            arguments += [limit]
            let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT dataset, line, rule, state, actor, reason, changed FROM quarantined_row \(filter)
                    ORDER BY dataset, line LIMIT ?
                    """, arguments: arguments
            ).compactMap(QuarantinedRow.init)
        }
    }

    /// Lines of the same bytes of the same customer that a moderator has decided on, latest decision first.
    package func decidedRows(sha256: String, customer: String) throws -> [QuarantinedRow] {
        try connection.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT q.dataset, q.line, q.rule, q.state, q.actor, q.reason, q.changed
                    FROM dataset JOIN quarantined_row AS q ON q.dataset = dataset.id
                    WHERE dataset.sha256 = ? AND dataset.customer = ? AND q.actor IS NOT NULL
                    ORDER BY q.changed DESC
                    """, arguments: [sha256, customer]
            ).compactMap(QuarantinedRow.init)
        }
    }

    /// The latest record that opens or closes a dataset's gate, or changes what it opens for; `nil` before its first.
    ///
    /// A verdict is read from the ledger, never from the register of states. A moderator's decision that changed no file
    /// is passed over, unless it was tampered with: whoever asks must look at that.
    package func gateRecord(_ id: DatasetID, through reader: AuditReader) throws -> AuditRecord? {
        let sequences = try connection.read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT sequence FROM audit_record INDEXED BY audit_record_subject
                    WHERE subject >= ? AND subject < ? AND event IN (
                        'dataset.judged', 'dataset.deferred', 'dataset.cancelled', 'dataset.reopened',
                        'example.released', 'example.confirmed', 'example.restored')
                    ORDER BY sequence DESC
                    """, arguments: [id.description, id.description + ";"])
        }
        for sequence in sequences {
            guard let record = try reader.record(sequence) else { continue }
            let changesNothing =
                try record.isIntact && record.event.hasPrefix("example.")
                && CanonicalJSON(parsing: record.body)["cleared"] == nil
            if !changesNothing { return record }
        }
        return nil
    }
}

extension QuarantinedRow {
    fileprivate init?(_ row: Row) {
        guard let dataset = (row["dataset"] as String?).flatMap(DatasetID.init),
            let state = (row["state"] as String?).flatMap(State.init)
        else { return nil }
        self.init(
            dataset: dataset, line: row["line"], rule: row["rule"], state: state, actor: row["actor"],
            reason: row["reason"], changed: row["changed"])
    }
}

extension Registry {
    /// What reads the registry.
    package var reader: RegistryReader { RegistryReader(audit.reader) }

    static func find(_ id: DatasetID, in db: Database) throws -> DatasetEntry? {
        try Row.fetchOne(
            db, sql: "SELECT \(DatasetEntry.columns) FROM dataset WHERE id = ?", arguments: [id.description]
        ).map { try DatasetEntry($0) }
    }

    /// A dataset that must be in one of some states.
    static func entry(_ id: DatasetID, in db: Database, states: [DatasetState]) throws -> DatasetEntry {
        guard let entry = try find(id, in: db) else {
            throw RegistryError(.unknownDataset, "there is no dataset \(id)")
        }
        guard states.contains(entry.state) else {
            throw RegistryError(.wrongState, "dataset \(id) is \(entry.state.rawValue)")
        }
        return entry
    }

    /// The dataset whose turn it is: the oldest of the customer who was served longest ago.
    ///
    /// - Parameters:
    ///   - now: datasets that are to be tried again later than this wait.
    ///   - running: datasets that are being judged.
    ///   - served: when each customer's latest judgement began; a higher number is later.
    package func next(now: AuditTime, running: Set<DatasetID>, served: [String: Int]) throws -> DatasetEntry? {
        try queue(now: now).filter { !running.contains($0.id) }
            .min { (served[$0.customer] ?? -1, $0.id) < (served[$1.customer] ?? -1, $1.id) }
    }

    /// Datasets that wait for their judgement and may be judged now, oldest first.
    package func queue(now: AuditTime) throws -> [DatasetEntry] {
        try audit.pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(DatasetEntry.columns) FROM dataset
                    WHERE state IN ('claimed', 'parsed', 'scored', 'deferred')
                        AND sha256 IS NOT NULL AND (retry_at IS NULL OR retry_at <= ?)
                    ORDER BY id
                    """, arguments: [now.description]
            ).map { try DatasetEntry($0) }
        }
    }

    /// When the next deferred dataset is due; `nil` if none is.
    ///
    /// - Parameter now: what was due then is left out: `next` had it to offer, or somebody is at work on it.
    package func nextRetry(after now: AuditTime) throws -> String? {
        try audit.pool.read { db in
            try String.fetchOne(
                db, sql: "SELECT min(retry_at) FROM dataset WHERE state = 'deferred' AND retry_at > ?",
                arguments: [now.description])
        }
    }

    /// An earlier dataset of the same customer with the same bytes and basis, whose verdict is not `deferred`.
    package func reusable(for entry: DatasetEntry, basis: String) throws -> DatasetEntry? {
        guard let sha256 = entry.sha256 else { return nil }
        return try reader.entries(sha256: sha256, customer: entry.customer).first {
            $0.id != entry.id && $0.state == .decided && $0.basis == basis && $0.verdict != .deferred
                && $0.report != nil && $0.isPublished
        }
    }
}
