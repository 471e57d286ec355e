import Foundation
import GRDB

/// What signs the audit log's checkpoints, and how often.
package struct AuditSigning: Sendable {
    /// The key.
    package var key: SigningKey

    /// After how many records without a verdict a checkpoint is made as well.
    package var recordInterval: Int

    /// Creates settings.
    package init(key: SigningKey, recordInterval: Int = 1000) {
        self.key = key
        self.recordInterval = recordInterval
    }
}

/// A signed statement that the chain has a hash at a number.
///
/// What is signed is the text `lethe.audit-checkpoint.v1`, the ledger's instance id, the number, the hash in hexadecimal
/// digits and the time, each followed by a line feed.
struct AuditCheckpoint: Sendable, Hashable {
    /// The record's number.
    var sequence: Int64

    /// The record's hash: 32 bytes.
    var hash: [UInt8]

    /// When it was signed.
    var time: String

    /// The id of the key that signed.
    var key: String

    /// The signature: 64 bytes.
    var signature: [UInt8]

    /// The bytes that are signed.
    static func text(instance: String, sequence: Int64, hash: [UInt8], time: String) -> [UInt8] {
        Array("lethe.audit-checkpoint.v1\n\(instance)\n\(sequence)\n\(hash.hexadecimal)\n\(time)\n".utf8)
    }

    /// Whether the signature is that of a key.
    func isSigned(by key: VerifyingKey, instance: String) -> Bool {
        key.verifies(
            signature: signature, of: Self.text(instance: instance, sequence: sequence, hash: hash, time: time))
    }
}

extension AuditCheckpoint {
    /// Signs the end of a chain.
    init(instance: String, sequence: Int64, hash: [UInt8], time: AuditTime, key: SigningKey) throws(AuditError) {
        let text = Self.text(instance: instance, sequence: sequence, hash: hash, time: time.description)
        self.init(
            sequence: sequence, hash: hash, time: time.description, key: key.id, signature: try key.sign(text))
    }

    /// Puts the checkpoint into its table.
    func insert(into db: Database) throws {
        try db.execute(
            sql: "INSERT INTO checkpoint (sequence, hash, time, key, signature) VALUES (?, ?, ?, ?, ?)",
            arguments: [sequence, Data(hash), time, key, Data(signature)])
    }

    /// The checkpoints of the table behind a number, in order; none in a database of schema 1.
    static func fetchAll(_ db: Database, after sequence: Int64 = .min) throws -> [AuditCheckpoint] {
        guard try db.tableExists("checkpoint") else { return [] }
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT sequence, hash, time, key, signature FROM checkpoint WHERE sequence > ? ORDER BY sequence",
            arguments: [sequence])
        var checkpoints: [AuditCheckpoint] = []
        while let row = try rows.next() {
            guard let sequence = Int64.fromDatabaseValue(row[0]), let hash = Data.fromDatabaseValue(row[1]),
                let time = String.fromDatabaseValue(row[2]), let key = String.fromDatabaseValue(row[3]),
                let signature = Data.fromDatabaseValue(row[4])
            else { throw AuditError(.corrupted, "a checkpoint holds a value of the wrong type") }
            checkpoints.append(
                AuditCheckpoint(
                    sequence: sequence, hash: Array(hash), time: time, key: key, signature: Array(signature)))
        }
        return checkpoints
    }

    /// The number of the last checkpoint; 0 if there is none.
    static func lastSequence(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM checkpoint") ?? 0
    }
}
