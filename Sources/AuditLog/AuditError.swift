package import Diagnostics

/// The audit log could not be opened, read or appended to.
package struct AuditError: DiagnosedError, Equatable {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        /// No file lies at the path.
        case databaseMissing = "database-missing"

        /// The file is there but cannot be opened, or its folder cannot be made.
        case cannotOpen = "cannot-open"

        /// The file is no SQLite database, or one of another program.
        case notAnAuditDatabase = "not-an-audit-database"

        /// A newer Lethe wrote the database.
        case newerSchema = "newer-schema"

        /// SQLite found the file damaged, or a value is of the wrong type.
        case corrupted = "database-corrupted"

        /// A table, index or trigger is not the one that Lethe made.
        case schemaAltered = "schema-altered"

        /// Another process held the database for longer than the time that is waited.
        case busy = "database-busy"

        /// No space is left for the records.
        case diskFull = "disk-full"

        /// The database refused the operation for another reason.
        case database = "database-error"

        /// The head file cannot be read or written.
        case headFile = "head-file"

        /// The database does not hold the record that the head file names.
        case headMismatch = "head-mismatch"

        /// The file of checkpoints outside the database cannot be read or written, or a line of it is none of ours.
        case checkpointFile = "checkpoint-file"

        /// The database does not hold a record that a checkpoint outside it names.
        case checkpointMismatch = "checkpoint-mismatch"

        /// A key's file cannot be read or written.
        case keyFile = "key-file"

        /// A key's file may be read by others than its owner.
        case keyExposed = "key-exposed"

        /// A text is no Ed25519 key in the form that is expected.
        case invalidKey = "invalid-key"

        /// The ledger does not hold the key.
        case unknownKey = "unknown-key"

        /// A file is there already and is not overwritten.
        case fileExists = "file-exists"

        /// A backup cannot be written.
        case backup = "backup-failed"

        /// The ledger does not go on from the position where an earlier export ended.
        case positionMismatch = "position-mismatch"

        /// A value cannot stand in a record.
        case invalidRecord = "invalid-record"

        /// A time cannot be understood or lies outside the years 0 to 9999.
        case invalidTime = "invalid-time"

        /// No path of a database is known.
        case noLocation = "no-location"

        /// The task was cancelled; nothing was written.
        case cancelled
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?

    /// Creates an error; `path` is the file that it is about.
    package init(_ code: Code, _ message: String, remedy: String? = nil, path: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        location = path.map { SourceLocation(path: $0) }
    }
}
