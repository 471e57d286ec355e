import Foundation
package import GRDB

/// Reads the audit log; it works while others append, and changes nothing.
package struct AuditReader: Sendable {
    /// The path of the database.
    package let path: String

    /// The connection, for reading other tables of the same file.
    package let connection: any DatabaseReader

    init(path: String, connection: any DatabaseReader) {
        self.path = path
        self.connection = connection
    }

    /// Opens a database read-only.
    ///
    /// - Throws: ``AuditError``.
    package init(path: String) throws(AuditError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw AuditError(
                .databaseMissing, "there is no audit database here",
                remedy: "Give the path with --database or LETHE_AUDIT_DB, or scan a dataset first", path: path)
        }
        do {
            let queue = try DatabaseQueue(path: path, configuration: AuditDatabase.configuration(readOnly: true))
            try queue.read { try AuditSchema.requireOurs($0, path: path) }
            self.init(path: path, connection: queue)
        } catch {
            throw AuditError(error, path: path)
        }
    }
}
