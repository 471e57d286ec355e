import AuditLog
import Diagnostics
import Foundation
import GRDB
import TestSupport
import Testing

@Suite("Tampering with checkpoints")
struct CheckpointTamperingTests {
    private let folder: TemporaryFolder
    private let path: String
    private let key = SigningKey()

    /// The key is record 1; verdicts are 3, 5 and 7; each is signed.
    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("audit.sqlite")
        var database = try AuditDatabase(path: path, clock: { sampleDate })
        try database.record(key, actor: "test")
        database.signing = AuditSigning(key: key)
        for _ in 0..<3 { try database.append(sampleJudgement(rows: 1), actor: "test") }
        try database.close()
    }

    private var outside: String { path + ".checkpoints" }

    private func failure(_ keys: VerifyingKey...) throws -> AuditVerification.Failure? {
        try AuditReader(path: path).verify(publicKeys: keys).failure
    }

    private func expect(_ sequence: Int64?, _ reason: AuditVerification.Reason) throws {
        let failure = try #require(try failure())
        #expect(failure.sequence == sequence)
        #expect(failure.reason == reason)
    }

    private func editLines(_ edit: (inout [String]) -> Void) throws {
        var lines = try String(contentsOfFile: outside, encoding: .utf8).split(separator: "\n").map(String.init)
        edit(&lines)
        try folder.write(lines.map { $0 + "\n" }.joined(), to: "audit.sqlite.checkpoints")
    }

    @Test(
        "Changes of the table are found",
        arguments: [
            ("UPDATE checkpoint SET signature = zeroblob(64) WHERE sequence = 5", 5, .badSignature),
            ("UPDATE checkpoint SET time = time || '0' WHERE sequence = 5", 5, .badSignature),
            ("UPDATE checkpoint SET key = '0123456789abcdef' WHERE sequence = 5", 5, .badSignature),
            ("UPDATE checkpoint SET hash = zeroblob(32) WHERE sequence = 5", 5, .checkpointMismatch),
            ("UPDATE checkpoint SET sequence = 4 WHERE sequence = 5", 4, .checkpointMismatch),
            ("UPDATE checkpoint SET sequence = 8 WHERE sequence = 7", 8, .truncated),
            ("UPDATE checkpoint SET sequence = 0 WHERE sequence = 1", 0, .checkpointMismatch),
            ("DELETE FROM checkpoint WHERE sequence = 5", 5, .checkpointMismatch),
            ("DELETE FROM checkpoint WHERE sequence = 7", 7, .checkpointMismatch),
            ("DELETE FROM checkpoint", 1, .checkpointMismatch),
        ] as [(String, Int64, AuditVerification.Reason)])
    func table(_ statement: String, _ sequence: Int64, _ reason: AuditVerification.Reason) throws {
        try tamperUnseen(path, [statement])
        try expect(sequence, reason)
    }

    @Test(
        "The table cannot be changed while its triggers are there",
        arguments: [
            "UPDATE checkpoint SET key = 'x'", "DELETE FROM checkpoint",
            "REPLACE INTO checkpoint SELECT * FROM checkpoint",
        ])
    func appendOnly(_ statement: String) throws {
        let error = try #require(throws: DatabaseError.self) { try tamper(path, statement) }
        #expect(error.message == "checkpoint is append-only")
    }

    @Test(
        "A line that was removed from the middle of the outside file, or from its front, is found",
        arguments: [0, 1, 2])
    func removedLine(_ index: Int) throws {
        try editLines { $0.remove(at: index) }
        try expect([1, 3, 5][index], .checkpointMismatch)
    }

    @Test("The outside file may lack its last lines, as after a crash, but not the checkpoints that it has")
    func behind() throws {
        try editLines { $0.removeLast(2) }
        #expect(try failure() == nil)
        try editLines { $0.swapAt(0, 1) }
        try expect(1, .checkpointMismatch)
    }

    @Test("A line that was changed is found")
    func changedLine() throws {
        try editLines { $0[1] = $0[1].replacing("2026", with: "2027") }
        try expect(3, .badSignature)
        try editLines { $0[1] = "{}" }
        try expect(nil, .checkpointMismatch)
    }

    @Test("Records that were removed with every trace in the database are known from the outside file")
    func truncated() throws {
        try tamperUnseen(
            path, ["DELETE FROM audit_record WHERE sequence > 5", "DELETE FROM checkpoint WHERE sequence > 5"])
        try FileManager.default.removeItem(atPath: path + ".head")
        try expect(6, .truncated)
        // Nor are they buried under new ones.
        let database = try AuditDatabase(path: path)
        #expect(code { try database.append(sampleJudgement(), actor: "test") } == .checkpointMismatch)
    }

    @Test("The outside file of another ledger is found, and nothing is appended")
    func foreign() throws {
        let other = folder.file("other.sqlite")
        var database = try AuditDatabase(path: other, clock: { sampleDate })
        database.signing = AuditSigning(key: key)
        for _ in 0..<3 { try database.append(sampleJudgement(rows: 1), actor: "test") }
        try FileManager.default.removeItem(atPath: outside)
        try FileManager.default.copyItem(atPath: other + ".checkpoints", toPath: outside)
        try expect(nil, .checkpointMismatch)
        let opened = try AuditDatabase(path: path)
        #expect(code { try opened.append(sampleJudgement(), actor: "test") } == .checkpointMismatch)
    }

    @Test("A key that the chain does not record is not trusted, unless it is given")
    func unrecordedKey() throws {
        let stranger = SigningKey()
        var database = try AuditDatabase(path: path, clock: { sampleDate })
        database.signing = AuditSigning(key: stranger)
        try database.append(sampleJudgement(rows: 1), actor: "test")
        try expect(9, .badSignature)
        #expect(try failure(key.publicKey)?.sequence == 9)
        #expect(try failure(key.publicKey, stranger.publicKey) == nil)
    }

    @Test("A history that was rewritten with another key verifies alone, but not against the key that is held")
    func rewritten() throws {
        for suffix in ["", "-wal", "-shm", ".head", ".checkpoints"] {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
        let forger = SigningKey()
        var database = try AuditDatabase(path: path, clock: { sampleDate })
        try database.record(forger, actor: "test")
        database.signing = AuditSigning(key: forger)
        try database.append(sampleJudgement(rows: 1), actor: "test")
        #expect(try failure() == nil)
        #expect(try failure(key.publicKey)?.reason == .badSignature)
    }

    @Test("With a key given, taking away every signature is found")
    func stripped() throws {
        try tamperUnseen(path, ["DELETE FROM checkpoint"])
        try FileManager.default.removeItem(atPath: outside)
        #expect(try failure() == nil)
        #expect(try failure(key.publicKey)?.reason == .unsigned)
    }
}
