import Foundation

/// The file beside the database that names its last record, so that removing the last records shows.
///
/// It is written after each commit, so it may name an older record than the last one after a crash; it never names a
/// record that was not committed. Whoever may write to both the database and this file can rewrite history unseen: an
/// anchor kept elsewhere (`lethe audit verify --expect`) sees that too.
struct AuditHeadFile: Codable, Equatable {
    /// The instance id of the ledger.
    var instance: String

    /// The number of the record that was last when the file was written.
    var sequence: Int64

    /// That record's hash, 64 lower-case hexadecimal digits.
    var hash: String

    /// The record that the file names.
    var anchor: AuditAnchor { AuditAnchor(sequence: sequence, hash: hash) }

    /// The head file of a database.
    static func path(ofDatabase path: String) -> String { path + ".head" }

    /// Whether a head file lies beside the database.
    static func exists(besideDatabase path: String) -> Bool {
        FileManager.default.fileExists(atPath: self.path(ofDatabase: path))
    }

    /// Reads the head file of a database; `nil` if there is none.
    ///
    /// - Throws: ``AuditError`` with code `head-file` if it cannot be read, `head-mismatch` if it names no record.
    static func read(besideDatabase path: String) throws(AuditError) -> AuditHeadFile? {
        let path = self.path(ofDatabase: path)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw AuditError(
                .headFile, "the head file cannot be read", remedy: "Check that you may read it", path: path)
        }
        guard let head = try? JSONDecoder().decode(AuditHeadFile.self, from: data), head.sequence >= 1,
            AuditAnchor.isDigest(head.hash)
        else { throw AuditError(.headMismatch, "the head file names no record", path: path) }
        return head
    }

    /// Puts this head beside the database, in one step, on the disk before it returns; a newer head stays.
    ///
    /// - Throws: ``AuditError`` with code `head-file` or `head-mismatch`.
    func write(besideDatabase database: String) throws(AuditError) {
        if let present = try Self.read(besideDatabase: database), present.instance == instance,
            present.sequence >= sequence
        {
            return
        }
        let path = Self.path(ofDatabase: database)
        let json: CanonicalJSON = .object([
            "hash": .string(hash), "instance": .string(instance), "sequence": .integer(Int128(sequence)),
        ])
        let bytes = Array((try json.encoded() + "\n").utf8)
        let temporary = "\(path).\(UInt64.random(in: .min ... .max))"
        do throws(AuditError) {
            try Self.writeAndFlush(bytes, to: temporary)
            guard rename(temporary, path) == 0 else { throw Self.failure("the head file cannot be replaced", path) }
            try Self.flushFolder(of: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private static func writeAndFlush(_ bytes: [UInt8], to path: String) throws(AuditError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure("the head file cannot be written", path) }
        defer { close(descriptor) }
        // The head is some 150 bytes: a short write means that the disk is full.
        guard fchmod(descriptor, 0o640) == 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count,
            fsync(descriptor) == 0
        else { throw failure("the head file cannot be written", path) }
    }

    private static func flushFolder(of path: String) throws(AuditError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("the head file's folder cannot be flushed", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("the head file's folder cannot be flushed", folder) }
    }

    private static func failure(_ message: String, _ path: String) -> AuditError {
        .system(.headFile, message, remedy: "Check the space and the rights of its folder", path: path)
    }
}
