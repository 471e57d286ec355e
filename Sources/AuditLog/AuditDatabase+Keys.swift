import Foundation
import GRDB

extension AuditDatabase {
    /// Records a signing key, with a checkpoint that it signs, unless the ledger holds it already.
    ///
    /// Call it once before ``signing`` is set: `lethe audit verify` without `--public-key` knows only keys that the
    /// ledger holds. Blocks the calling thread.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - actor: Who made it.
    /// - Returns: Where the record stands; `nil` if the ledger held the key.
    /// - Throws: ``AuditError``.
    @discardableResult
    package func record(_ key: SigningKey, actor: String) throws(AuditError) -> AppendedRecords? {
        var signed = self
        signed.signing = AuditSigning(key: key)
        do {
            let (isNew, records) = try signed.transaction(actor: actor) { transaction in
                guard try !transaction.holds(key.id) else { return false }
                let body: CanonicalJSON = .object([
                    "key": .string(key.id), "public_key": .string(key.publicKey.pem),
                ])
                try transaction.append(AuditEntry(event: .keyCreated, subject: key.id, body: body))
                return true
            }
            return isNew ? records : nil
        } catch {
            throw AuditError(error, path: path)
        }
    }

    /// What a rotation came to.
    package struct KeyRotation: Sendable {
        /// The key that is in the file now.
        package let key: SigningKey

        /// The id of the key that it replaced.
        package let previousID: String

        /// Where the old key lies now.
        package let previousPath: String

        /// Where the record stands; `nil` where an earlier rotation had recorded it and stopped before it was done.
        package let records: AppendedRecords?
    }

    /// Puts a new key in a key file's place; the old key signs the new one, and stays as `FILE.<its id>`.
    ///
    /// The new key is made as `FILE.new` first, recorded second and renamed third. A process that dies in between
    /// leaves `FILE.new`, and the next rotation goes on with it: it is recorded if it was not, and renamed, and no
    /// further key is made. Until then the old key stays in use, and checkpoints that it signs stay valid. Blocks the
    /// calling thread.
    ///
    /// - Parameters:
    ///   - file: The key's file.
    ///   - actor: Who rotates.
    /// - Returns: The new key, and where the old one lies.
    /// - Throws: ``AuditError`` with code `unknown-key` if the ledger does not hold the old key; others.
    package func rotateKey(at file: String, actor: String) throws(AuditError) -> KeyRotation {
        let old = try SigningKey.load(path: file)
        let successorPath = file + ".new"
        let hasBegun = FileManager.default.fileExists(atPath: successorPath)
        let new = try hasBegun ? SigningKey.load(path: successorPath) : SigningKey.create(path: successorPath)
        if hasBegun && new.id == old.id {
            throw AuditError(
                .fileExists, "the file of the next key holds the present one", remedy: "Remove it",
                path: successorPath)
        }
        let records = try recordRotation(from: old, to: new, actor: actor)
        let previousPath = "\(file).\(old.id)"
        let durable = KeyFile.durable(file)
        guard link(file, previousPath) == 0 || errno == EEXIST else { throw durable.failure("cannot be kept") }
        guard try SigningKey.load(path: previousPath).id == old.id else {
            throw AuditError(
                .fileExists, "another key has the name that the old one is to get", remedy: "Move it away",
                path: previousPath)
        }
        var status = stat()
        if geteuid() == 0, stat(file, &status) == 0 { _ = chown(successorPath, status.st_uid, status.st_gid) }
        guard rename(successorPath, file) == 0 else { throw durable.failure("cannot be replaced") }
        try durable.flushFolder()
        return KeyRotation(key: new, previousID: old.id, previousPath: previousPath, records: records)
    }

    private func recordRotation(
        from old: SigningKey, to new: SigningKey, actor: String
    ) throws(AuditError) -> AppendedRecords? {
        var signed = self
        signed.signing = AuditSigning(key: new)
        do {
            let (isNew, records) = try signed.transaction(actor: actor) { transaction in
                guard try transaction.holds(old.id) else {
                    throw AuditError(
                        .unknownKey, "the audit database does not hold the key \(old.id)",
                        remedy: "Record it with lethe audit key create", path: path)
                }
                guard try !transaction.holds(new.id) else { return false }
                let text = KeyTrust.rotationText(
                    instance: transaction.instance, old: old.id, new: new.publicKey)
                let body: CanonicalJSON = .object([
                    "key": .string(new.id), "previous_key": .string(old.id),
                    "public_key": .string(new.publicKey.pem),
                    "signature": .string(Data(try old.sign(text)).base64EncodedString()),
                ])
                try transaction.append(AuditEntry(event: .keyRotated, subject: new.id, body: body))
                return true
            }
            return isNew ? records : nil
        } catch {
            throw AuditError(error, path: path)
        }
    }
}

extension AuditTransaction {
    /// Whether the ledger holds a key.
    fileprivate func holds(_ id: String) throws -> Bool {
        let sql = "SELECT 1 FROM audit_record WHERE subject = ? AND +event IN (?, ?) LIMIT 1"
        let events = [AuditEvent.keyCreated, .keyRotated].map(\.rawValue)
        return try Int.fetchOne(database, sql: sql, arguments: [id, events[0], events[1]]) != nil
    }
}
