import Foundation
import GRDB

/// The database's tables, and how a file is recognised as ours.
enum AuditSchema {
    /// `LETH` in the header of the file, so that `file` and we can tell whose it is.
    static let applicationID: Int32 = 0x4C45_5448

    /// The newest schema that this code knows; `user_version` in the header of the file.
    static let version = 2

    /// The objects of a version; the texts are compared with `sqlite_schema` to see whether one was altered.
    static func statements(version: Int) -> [(name: String, sql: String)] {
        version < 2 ? ledgerStatements : ledgerStatements + registerStatements
    }

    /// What version 1 has: the ledger.
    ///
    /// REPLACE deletes rows without firing a delete trigger, so the insert trigger holds it off: a record is always the
    /// next one. Every index ends in `time`, so that a filter on its column lists in order of time without a sort.
    private static let ledgerStatements: [(name: String, sql: String)] = [
        (
            "ledger",
            """
            CREATE TABLE ledger (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                instance TEXT NOT NULL,
                created TEXT NOT NULL
            ) STRICT
            """
        ),
        (
            "audit_record",
            """
            CREATE TABLE audit_record (
                sequence INTEGER PRIMARY KEY,
                time TEXT NOT NULL,
                actor TEXT NOT NULL,
                event TEXT NOT NULL,
                subject TEXT NOT NULL,
                dataset TEXT,
                customer TEXT,
                rule TEXT,
                verdict TEXT,
                disposition TEXT,
                line INTEGER,
                body TEXT NOT NULL,
                previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32),
                hash BLOB NOT NULL CHECK (length(hash) = 32)
            ) STRICT
            """
        ),
        ("audit_record_time", "CREATE INDEX audit_record_time ON audit_record (time)"),
        ("audit_record_event", "CREATE INDEX audit_record_event ON audit_record (event, time)"),
        index(on: "dataset"), index(on: "customer"), index(on: "rule"), index(on: "verdict"),
        trigger("BEFORE UPDATE", on: "ledger"), trigger("BEFORE DELETE", on: "ledger"),
        trigger("BEFORE INSERT", on: "ledger", when: "EXISTS (SELECT 1 FROM ledger)"),
        trigger("BEFORE UPDATE", on: "audit_record"), trigger("BEFORE DELETE", on: "audit_record"),
        trigger(
            "BEFORE INSERT", on: "audit_record",
            when: "NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit_record)"),
    ]

    /// What version 2 adds: what the daemon knows of its datasets, so that a change of state and its record are one
    /// transaction, and signed checkpoints.
    ///
    /// Only `audit_record` is evidence; a verdict is read from there, never from these tables.
    private static let registerStatements: [(name: String, sql: String)] = [
        ("audit_record_subject", "CREATE INDEX audit_record_subject ON audit_record (subject, sequence)"),
        (
            "dataset",
            """
            CREATE TABLE dataset (
                id TEXT PRIMARY KEY,
                customer TEXT NOT NULL,
                name TEXT NOT NULL,
                state TEXT NOT NULL,
                received TEXT NOT NULL,
                changed TEXT NOT NULL,
                device INTEGER,
                inode INTEGER,
                bytes INTEGER,
                sha256 TEXT,
                basis TEXT,
                policy TEXT,
                report TEXT,
                verdict TEXT,
                attempts INTEGER NOT NULL DEFAULT 0,
                retry_at TEXT,
                reason TEXT,
                is_published INTEGER NOT NULL DEFAULT 0,
                is_purged INTEGER NOT NULL DEFAULT 0
            ) STRICT, WITHOUT ROWID
            """
        ),
        ("dataset_state", "CREATE INDEX dataset_state ON dataset (state, id)"),
        ("dataset_sha256", "CREATE INDEX dataset_sha256 ON dataset (sha256, customer, id)"),
        (
            "quarantined_row",
            """
            CREATE TABLE quarantined_row (
                dataset TEXT NOT NULL,
                line INTEGER NOT NULL,
                rule TEXT NOT NULL,
                state TEXT NOT NULL,
                actor TEXT,
                reason TEXT,
                changed TEXT NOT NULL,
                PRIMARY KEY (dataset, line)
            ) STRICT, WITHOUT ROWID
            """
        ),
        ("quarantined_row_state", "CREATE INDEX quarantined_row_state ON quarantined_row (state, dataset, line)"),
        (
            "refused_file",
            """
            CREATE TABLE refused_file (
                device INTEGER NOT NULL,
                inode INTEGER NOT NULL,
                bytes INTEGER NOT NULL,
                modified TEXT NOT NULL,
                PRIMARY KEY (device, inode, bytes, modified)
            ) STRICT, WITHOUT ROWID
            """
        ),
        (
            "webhook_message",
            """
            CREATE TABLE webhook_message (
                id TEXT PRIMARY KEY,
                dataset TEXT NOT NULL,
                endpoint TEXT NOT NULL,
                body TEXT NOT NULL,
                created TEXT NOT NULL
            ) STRICT, WITHOUT ROWID
            """
        ),
        (
            "checkpoint",
            """
            CREATE TABLE checkpoint (
                sequence INTEGER PRIMARY KEY,
                hash BLOB NOT NULL CHECK (length(hash) = 32),
                time TEXT NOT NULL,
                key TEXT NOT NULL,
                signature BLOB NOT NULL CHECK (length(signature) = 64)
            ) STRICT
            """
        ),
        trigger("BEFORE UPDATE", on: "checkpoint"), trigger("BEFORE DELETE", on: "checkpoint"),
        trigger(
            "BEFORE INSERT", on: "checkpoint",
            when: "NEW.sequence <= (SELECT coalesce(max(sequence), 0) FROM checkpoint)"),
    ]

    private static func index(on column: String) -> (name: String, sql: String) {
        let name = "audit_record_\(column)"
        return (name, "CREATE INDEX \(name) ON audit_record (\(column), time) WHERE \(column) IS NOT NULL")
    }

    private static func trigger(_ moment: String, on table: String, when: String? = nil) -> (name: String, sql: String)
    {
        let name = "\(table)_\(moment.lowercased().replacingOccurrences(of: " ", with: "_"))"
        let condition = when.map { " WHEN \($0)" } ?? ""
        return (
            name,
            "CREATE TRIGGER \(name) \(moment) ON \(table)\(condition) "
                + "BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END"
        )
    }

    /// The migrations from an empty file to the newest schema.
    static func migrator(instance: String, created: AuditTime) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            for statement in ledgerStatements { try db.execute(sql: statement.sql) }
            try db.execute(
                sql: "INSERT INTO ledger (id, instance, created) VALUES (1, ?, ?)",
                arguments: [instance, created.description])
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: "PRAGMA user_version = 1")
        }
        migrator.registerMigration("v2") { db in
            for statement in registerStatements { try db.execute(sql: statement.sql) }
            try db.execute(sql: "PRAGMA user_version = 2")
        }
        return migrator
    }

    /// Whether the database is one that nothing was written to yet.
    static func isEmpty(_ db: Database) throws -> Bool {
        let identity = try Int32.fetchOne(db, sql: "PRAGMA application_id")
        // The library makes these two before the first migration; a crash may leave them alone in the file.
        let objects = try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM sqlite_schema
                WHERE tbl_name NOT IN ('grdb_migrations', 'grdb_issue_102')
                """)
        return identity == 0 && objects == 0
    }

    /// Throws unless the database is an audit log of a schema that this code knows.
    static func requireOurs(_ db: Database, path: String) throws {
        guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
            throw AuditError(
                .notAnAuditDatabase, "the file is a database of another program",
                remedy: "Give the path of a database that Lethe made", path: path)
        }
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= version else {
            throw AuditError(
                .newerSchema, "the audit database has schema \(found); this Lethe knows up to \(version)",
                remedy: "Use the Lethe that wrote it, or a newer one", path: path)
        }
    }

    /// The name of a table, index or trigger that is missing, added or not as we made it; `nil` if none is.
    static func firstAlteration(_ db: Database) throws -> String? {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT name, sql FROM sqlite_schema
                WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'grdb_migrations' ORDER BY name
                """)
        var found: [String: String] = [:]
        for row in rows {
            let name = String.fromDatabaseValue(row[0]) ?? ""
            found[name] = String.fromDatabaseValue(row[1]) ?? ""
        }
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? version
        for (name, sql) in statements(version: version) where found.removeValue(forKey: name) != sql { return name }
        return found.keys.min()
    }
}
