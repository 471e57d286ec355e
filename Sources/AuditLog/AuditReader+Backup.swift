import Foundation
import GRDB

extension AuditReader {
    /// Copies the database while others write to it, with the files beside it, and verifies the copy.
    ///
    /// The copy is one file in SQLite's rollback mode, so that it can be read where its folder cannot be written to. It
    /// appears under its name only if the chain in it is intact; nothing is overwritten. Blocks the calling thread.
    ///
    /// - Parameters:
    ///   - target: The copy's file; head file and checkpoints are put beside it.
    ///   - publicKeys: The keys to trust in the check, as for ``verify(expecting:publicKeys:)``.
    /// - Returns: What the check of the copy found; if it failed, no copy was kept.
    /// - Throws: ``AuditError`` with code `file-exists` or `backup-failed`; others.
    package func backup(to target: String, publicKeys: [VerifyingKey] = []) throws(AuditError) -> AuditVerification {
        for suffix in Self.suffixes where FileManager.default.fileExists(atPath: target + suffix) {
            throw AuditError(
                .fileExists, "the backup is there already", remedy: "Give another path; nothing is overwritten",
                path: target + suffix)
        }
        let folder = target + ".\(UInt64.random(in: .min ... .max))"
        guard mkdir(folder, 0o700) == 0 else {
            throw .system(
                .backup, "the backup cannot be made", remedy: "Check the space and the rights of its folder",
                path: target)
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let copy = folder + "/audit.sqlite"
        do {
            // The files beside it first: what they name is in every later state of the database.
            for suffix in Self.suffixes.dropLast() {
                guard FileManager.default.fileExists(atPath: path + suffix) else { continue }
                try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
            }
            try copyDatabase(to: copy)
        } catch let error as DatabaseError {
            throw AuditError(error, path: target)
        } catch {
            throw AuditError(
                .backup, "the backup cannot be written", remedy: "Check the space and the rights of its folder",
                path: target)
        }
        let verification = try AuditReader(path: copy).verify(publicKeys: publicKeys)
        if verification.failure == nil { try Self.publish(copy, as: target) }
        return verification
    }

    /// What the files of a backup end in; the database comes last, so that it is never without the others.
    private static let suffixes = [".head", ".checkpoints", ""]

    private func copyDatabase(to copy: String) throws {
        let queue = try DatabaseQueue(path: copy)
        try connection.backup(to: queue)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        try queue.close()
    }

    private static func publish(_ copy: String, as target: String) throws(AuditError) {
        for suffix in suffixes where FileManager.default.fileExists(atPath: copy + suffix) {
            let file = DurableFile(path: target + suffix, name: "the backup", code: .backup)
            let descriptor = open(copy + suffix, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw file.failure("cannot be flushed") }
            defer { close(descriptor) }
            guard fchmod(descriptor, 0o640) == 0, fsync(descriptor) == 0 else {
                throw file.failure("cannot be flushed")
            }
            // A link fails where a file is, so nothing is overwritten however many make backups at once.
            guard link(copy + suffix, target + suffix) == 0 else { throw file.failure("cannot be put in place") }
            try file.flushFolder()
        }
    }
}
