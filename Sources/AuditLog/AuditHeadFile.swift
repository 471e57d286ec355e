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
        try DurableFile(path: path, name: "the head file", code: .headFile)
            .replace(with: Array((try json.encoded() + "\n").utf8), mode: 0o640, ownedLike: database)
    }
}
