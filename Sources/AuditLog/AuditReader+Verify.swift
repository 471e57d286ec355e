import Foundation
import GRDB

extension AuditReader {
    /// Recomputes the whole chain in one snapshot of the database; blocks the calling thread.
    ///
    /// It finds any record that was changed, removed, inserted or moved, and the removal of the last ones as far as the
    /// head file, the checkpoints or `expected` know of them; and every checkpoint, in its table or outside the
    /// database, that does not fit the chain or that no trusted key signed. A rewrite by someone who may write to the
    /// database and to the files beside it shows only through `expected` or `publicKeys`.
    ///
    /// - Parameters:
    ///   - expected: A record that is known from an earlier check.
    ///   - publicKeys: The keys to trust, with those that they signed in rotations; if there are none, the keys that
    ///     the chain itself records.
    /// - Returns: How far the chain is intact, and the first bad record.
    /// - Throws: ``AuditError`` where the database cannot be read; a tampered one is a result.
    package func verify(
        expecting expected: AuditAnchor? = nil, publicKeys: [VerifyingKey] = []
    ) throws(AuditError) -> AuditVerification {
        do {
            let evidence = try VerificationEvidence(besideDatabase: path, expected: expected, publicKeys: publicKeys)
            return try connection.read { try ChainCheck.run($0, evidence) }
        } catch {
            throw AuditError(error, path: path)
        }
    }

    /// Recomputes the whole chain in one snapshot of the database, on the database's own queue.
    ///
    /// - Parameters:
    ///   - expected: A record that is known from an earlier check.
    ///   - publicKeys: The keys to trust, as for the method that blocks.
    /// - Returns: How far the chain is intact, and the first bad record.
    /// - Throws: ``AuditError`` where the database cannot be read; a tampered one is a result.
    package func verify(
        expecting expected: AuditAnchor? = nil, publicKeys: [VerifyingKey] = []
    ) async throws(AuditError) -> AuditVerification {
        do {
            let evidence = try VerificationEvidence(besideDatabase: path, expected: expected, publicKeys: publicKeys)
            return try await connection.read { try ChainCheck.run($0, evidence) }
        } catch {
            throw AuditError(error, path: path)
        }
    }
}

/// What is known of a chain from outside its database.
///
/// It is read before the snapshot of the database begins: heads and checkpoints are written after their records, so
/// the snapshot holds what they name.
struct VerificationEvidence: Sendable {
    /// What lies beside the database as its head file.
    enum Head: Sendable, Equatable {
        case absent
        case unreadable
        case names(AuditHeadFile)
    }

    /// The head file.
    let head: Head

    /// The checkpoints outside the database.
    let checkpoints: AuditCheckpointFile.Contents

    /// A record that is known from an earlier check.
    let expected: AuditAnchor?

    /// The keys to trust.
    let publicKeys: [VerifyingKey]

    init(
        besideDatabase path: String, expected: AuditAnchor?, publicKeys: [VerifyingKey]
    ) throws(AuditError) {
        do throws(AuditError) {
            head = try AuditHeadFile.read(besideDatabase: path).map(Head.names) ?? .absent
        } catch  where error.code == .headMismatch {
            head = .unreadable
        }
        checkpoints = try AuditCheckpointFile.read(besideDatabase: path)
        self.expected = expected
        self.publicKeys = publicKeys
    }

    /// The records that are known, and from where.
    var anchors: [(anchor: AuditAnchor, source: String)] {
        var anchors: [(AuditAnchor, String)] = []
        if case .names(let file) = head { anchors.append((file.anchor, "the head file")) }
        if let expected { anchors.append((expected, "what was expected")) }
        return anchors
    }
}
