import AuditLog
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite("Recording and rotating keys")
struct KeyRotationTests {
    private let folder: TemporaryFolder
    private let database: AuditDatabase
    private let path: String
    private let first: SigningKey

    init() throws {
        folder = try TemporaryFolder()
        database = try AuditDatabase(path: folder.file("audit.sqlite"), clock: { sampleDate })
        path = folder.file("key")
        first = try SigningKey.create(path: path)
    }

    private func signed(_ key: SigningKey) -> AuditDatabase {
        var signed = database
        signed.signing = AuditSigning(key: key)
        return signed
    }

    private func keyFiles() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("key") })
    }

    @Test("A key is recorded once, with its public half, and signs its record")
    func record() throws {
        let records = try #require(try database.record(first, actor: "test"))
        #expect(records.head.sequence == 1)
        #expect(try database.record(first, actor: "test") == nil)
        let record = try #require(try database.reader.record(1))
        #expect(record.event == "key.created" && record.subject == first.id)
        #expect(record.body.contains("BEGIN PUBLIC KEY"))
        #expect(try database.reader.verify().signatures.checkpointCount == 1)
    }

    @Test("A rotation is signed by the old key, so whoever holds that one trusts the next ones")
    func rotate() throws {
        try database.record(first, actor: "test")
        try signed(first).append(sampleJudgement(rows: 1), actor: "test")
        let rotation = try database.rotateKey(at: path, actor: "test")
        let second = try SigningKey.load(path: path)
        #expect(rotation.key.id == second.id && rotation.previousID == first.id && second.id != first.id)
        #expect(rotation.records?.head.sequence == 4)
        #expect(try keyFiles() == ["key", "key.\(first.id)"])
        #expect(try SigningKey.load(path: rotation.previousPath).id == first.id)
        try signed(second).append(sampleJudgement(rows: 1), actor: "test")
        // A daemon that was not restarted yet goes on with the old key.
        try signed(first).append(sampleJudgement(rows: 1), actor: "test")
        let third = try database.rotateKey(at: path, actor: "test").key
        try signed(third).append(sampleJudgement(rows: 1), actor: "test")
        for keys in [[], [first.publicKey]] {
            let result = try database.reader.verify(publicKeys: keys)
            #expect(result.failure == nil)
            #expect(result.signatures.keyIDs == [first.id, second.id, third.id])
        }
        // The latest key does not vouch for those before it.
        #expect(try database.reader.verify(publicKeys: [third.publicKey]).failure?.reason == .badSignature)
    }

    @Test("A key that the ledger does not hold is not rotated")
    func unknown() throws {
        #expect(code { _ = try database.rotateKey(at: path, actor: "test") } == .unknownKey)
        #expect(try SigningKey.load(path: path).id == first.id)
    }

    @Test("A rotation that died before its record goes on with the key that it had made")
    func diedBeforeRecord() throws {
        try database.record(first, actor: "test")
        let made = try SigningKey.create(path: path + ".new")
        let rotation = try database.rotateKey(at: path, actor: "test")
        #expect(rotation.key.id == made.id && rotation.records != nil)
        #expect(try keyFiles() == ["key", "key.\(first.id)"])
        #expect(try database.reader.verify().failure == nil)
    }

    @Test(
        "A rotation that died between record and replacement is finished, without a second record",
        arguments: [true, false])
    func diedAfterRecord(_ hasKeptOldKey: Bool) throws {
        try database.record(first, actor: "test")
        // Runs to its end, and is then taken back to the state before the replacement.
        let rotation = try database.rotateKey(at: path, actor: "test")
        try FileManager.default.moveItem(atPath: path, toPath: path + ".new")
        try FileManager.default.copyItem(atPath: rotation.previousPath, toPath: path)
        if !hasKeptOldKey { try FileManager.default.removeItem(atPath: rotation.previousPath) }
        let finished = try database.rotateKey(at: path, actor: "test")
        #expect(finished.key.id == rotation.key.id && finished.records == nil)
        #expect(finished.previousID == first.id)
        #expect(try keyFiles() == ["key", "key.\(first.id)"])
        #expect(try SigningKey.load(path: path).id == rotation.key.id)
        #expect(try database.reader.verify().intactCount == 2)
    }

    @Test("Another key under the name that the old one is to get is not overwritten")
    func occupied() throws {
        try database.record(first, actor: "test")
        let other = try SigningKey.create(path: "\(path).\(first.id)")
        #expect(code { _ = try database.rotateKey(at: path, actor: "test") } == .fileExists)
        #expect(try SigningKey.load(path: "\(path).\(first.id)").id == other.id)
        #expect(try SigningKey.load(path: path).id == first.id)
    }

    @Test("A rotation that the old key did not sign is found")
    func forged() throws {
        try database.record(first, actor: "test")
        let forger = SigningKey()
        let body: CanonicalJSON = .object([
            "key": .string(forger.id), "previous_key": .string(first.id), "public_key": .string(forger.publicKey.pem),
            "signature": .string(Data(try forger.sign([1, 2, 3])).base64EncodedString()),
        ])
        _ = try signed(forger).transaction(actor: "test") {
            try $0.append(AuditEntry(event: .keyRotated, subject: forger.id, body: body))
        }
        for keys in [[], [first.publicKey]] {
            let failure = try #require(try database.reader.verify(publicKeys: keys).failure)
            #expect(failure.sequence == 2 && failure.reason == .badSignature)
        }
    }
}
