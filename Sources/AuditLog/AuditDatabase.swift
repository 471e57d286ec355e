package import Foundation
package import GRDB
import GRDBSQLite

/// The audit log: a SQLite ledger that only grows, each record chained by SHA-256 to the one before it.
///
/// One process or several may append; each transaction is on the disk when it returns. Methods without `async` block
/// the calling thread, and are for callers that own it; those with `async` work on the database's own queues.
package struct AuditDatabase: Sendable {
    /// The path of the database.
    package let path: String

    /// The connections: one that writes, and those that read meanwhile.
    package let pool: DatabasePool

    /// What signs checkpoints of the chain; nothing is signed while it is `nil`.
    ///
    /// The key must be recorded first: ``record(_:actor:)``.
    package var signing: AuditSigning?

    let clock: @Sendable () -> Date

    /// Opens the database at a path, and makes it, and its folder, if they are not there.
    ///
    /// A new folder has mode 0750 and a new file 0640, so that the group can read. A file that is no audit log, has a
    /// newer schema or is damaged is never replaced.
    ///
    /// - Parameters:
    ///   - path: The database's file.
    ///   - clock: Gives the time of each transaction.
    /// - Throws: ``AuditError``.
    package init(path: String, clock: @escaping @Sendable () -> Date = { Date() }) throws(AuditError) {
        self.path = path
        self.clock = clock
        do {
            pool = try Self.openPool(path: path, now: AuditTime(clock()))
        } catch {
            throw AuditError(error, path: path)
        }
    }

    /// What reads the database while it is written to.
    package var reader: AuditReader { AuditReader(path: path, connection: pool) }

    /// Closes the database; the write-ahead log stays beside it, so that others can still open it read-only.
    ///
    /// - Throws: ``AuditError``.
    package func close() throws(AuditError) {
        do {
            // Everything into the one file, so that a copy of it is whole; readers that are still at work forbid it.
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try pool.close()
        } catch {
            throw AuditError(error, path: path)
        }
    }

    /// How each connection is set up.
    static func configuration(readOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.label = "lethe.audit"
        configuration.prepareDatabase { db in
            // Without the log, a reader who may not write the folder could not open the database after a clean close.
            var persist: CInt = 1
            sqlite3_file_control(db.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &persist)
            // A file that was tampered with must not run functions of its own through its schema.
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            if !readOnly { try db.execute(sql: "PRAGMA journal_size_limit = 1048576") }
        }
        return configuration
    }

    private static func openPool(path: String, now: AuditTime) throws -> DatabasePool {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try makeFolder(folder)
        // Two processes that start at once must not both make the schema.
        let lock = try FolderLock(folder)
        defer { lock.release() }
        try requireUsable(path: path)
        let pool = try DatabasePool(path: path, configuration: configuration(readOnly: false))
        try AuditSchema.migrator(instance: newInstanceID(), created: now).migrate(pool)
        try pool.writeWithoutTransaction { db in
            // The pool has set this to NORMAL, with which the last commits may be lost at a power cut.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try AuditSchema.requireOurs(db, path: path)
            if let name = try AuditSchema.firstAlteration(db) {
                throw AuditError(
                    .schemaAltered, "\"\(name)\" of the audit database is not as Lethe made it",
                    remedy: "Look at it with lethe audit verify, and restore it from a backup", path: path)
            }
            guard let instance = try String.fetchOne(db, sql: "SELECT instance FROM ledger") else { return }
            // A failure here is told at the next write, which tries again.
            try? AuditCheckpointFile.catchUp(with: db, instance: instance, besideDatabase: path)
        }
        return pool
    }

    private static func newInstanceID() -> String {
        (0..<16).map { _ in UInt8.random(in: .min ... .max) }.hexadecimal
    }

    /// Makes the file if there is none, and looks at one that is there without changing it.
    private static func requireUsable(path: String) throws {
        var status = stat()
        let isThere = stat(path, &status) == 0
        if !isThere || status.st_size == 0 {
            guard !AuditHeadFile.exists(besideDatabase: path) else {
                throw AuditError(
                    .databaseMissing, "the audit database is gone or empty, but its head file is there",
                    remedy: "Restore it from a backup; if it was removed on purpose, remove its head file too",
                    path: path)
            }
            if !isThere { try makeFile(path) }
            return
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: true))
        defer { try? queue.close() }
        try queue.read { db in
            if try !AuditSchema.isEmpty(db) { try AuditSchema.requireOurs(db, path: path) }
        }
    }

    private static func makeFolder(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw AuditError(
                .cannotOpen, "the folder of the audit database cannot be made",
                remedy: "Check the rights of the folders above it, or give another path", path: folder)
        }
    }

    private static func makeFile(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw AuditError.system(
                .cannotOpen, "the audit database cannot be made", remedy: "Check the rights of its folder", path: path)
        }
        DurableFile.giveAway(descriptor, ownedLike: URL(fileURLWithPath: path).deletingLastPathComponent().path)
        // The log and the shared memory take their mode from this file; the umask is not to lock the group out.
        fchmod(descriptor, 0o640)
        Glibc.close(descriptor)
    }
}

/// Keeps other processes from opening a database in the same folder for writing at the same moment.
private struct FolderLock {
    private let descriptor: CInt

    init(_ folder: String) throws(AuditError) {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .system(.cannotOpen, "the folder of the audit database cannot be opened", path: folder)
        }
        while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
    }

    func release() {
        Glibc.close(descriptor)
    }
}
