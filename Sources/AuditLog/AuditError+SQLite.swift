import Foundation
import GRDB

extension AuditError {
    /// Turns whatever a database access threw into an error of this module.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as AuditError:
            self = error
        case let error as DatabaseError:
            self.init(database: error, path: path)
        case is CancellationError:
            self.init(.cancelled, "the work was cancelled", path: path)
        default:
            self.init(.database, "the audit database could not be used", path: path)
        }
    }

    private init(database error: DatabaseError, path: String) {
        let reason = error.message ?? "SQLite result \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_NOTADB:
            self.init(
                .notAnAuditDatabase, "the file is not an SQLite database",
                remedy: "Give the path of a database that Lethe made", path: path)
        case .SQLITE_CORRUPT:
            self.init(
                .corrupted, "the audit database is damaged", remedy: "Restore it from a backup, with its head file",
                path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "the audit database is held by another process", remedy: "Try again later", path: path)
        case .SQLITE_FULL:
            self.init(.diskFull, "no space is left for audit records", remedy: "Free space on its disk", path: path)
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            self.init(
                .cannotOpen, "the audit database cannot be opened: \(reason)",
                remedy: "Check that you may read and write it and its folder", path: path)
        default:
            self.init(.database, "the audit database refused the operation: \(reason)", path: path)
        }
    }

    /// An error that carries what the system call before it left in `errno`.
    static func system(_ code: Code, _ message: String, remedy: String? = nil, path: String) -> AuditError {
        AuditError(code, "\(message): \(String(cString: strerror(errno)))", remedy: remedy, path: path)
    }
}
