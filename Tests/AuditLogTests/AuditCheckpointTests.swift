import AuditLog
import Diagnostics
import Foundation
import GRDB
import TestSupport
import Testing

@Suite("Signed checkpoints")
struct AuditCheckpointTests {
    private let folder: TemporaryFolder
    private let path: String
    private let key = SigningKey()

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("audit.sqlite")
    }

    private var outside: String { path + ".checkpoints" }

    /// A database that signs; the key is record 1.
    private func open(interval: Int = 1000) throws -> AuditDatabase {
        var database = try AuditDatabase(path: path, clock: { sampleDate })
        try database.record(key, actor: "test")
        database.signing = AuditSigning(key: key, recordInterval: interval)
        return database
    }

    private func lines() throws -> [String] {
        try String(contentsOfFile: outside, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func sequences() throws -> [Int] {
        try lines().map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object?["sequence"] as? Int)
        }
    }

    private func table(_ database: AuditDatabase) throws -> [Int] {
        try database.pool.read { try Int.fetchAll($0, sql: "SELECT sequence FROM checkpoint ORDER BY sequence") }
    }

    private func start(_ database: AuditDatabase) throws -> AppendedRecords {
        try database.transaction(actor: "test") {
            try $0.append(AuditEntry(event: .daemonStarted, subject: "lethed"))
        }.records
    }

    @Test("A verdict is signed with the records before it, in the same transaction and outside the database")
    func verdict() throws {
        let database = try open()
        try database.append(sampleJudgement(rows: 4), actor: "test")
        #expect(try table(database) == [1, 6])
        #expect(try sequences() == [1, 6])
        let mode = try FileManager.default.attributesOfItem(atPath: outside)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o640)
        let result = try database.reader.verify(publicKeys: [key.publicKey])
        #expect(result.failure == nil)
        #expect(result.signatures.checkpointCount == 2)
        #expect(result.signatures.lastSequence == 6)
        #expect(result.signatures.keyIDs == [key.id])
    }

    @Test("What is signed is what the documentation says")
    func signedText() throws {
        let database = try open()
        let head = try database.append(sampleJudgement(rows: 1), actor: "test").head
        let line = try #require(try lines().last)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let instance = try #require(object["instance"] as? String)
        let base64 = try #require(object["signature"] as? String)
        let signature = try #require(Data(base64Encoded: base64))
        let text = "lethe.audit-checkpoint.v1\n\(instance)\n3\n\(head.hash)\n2026-03-01T08:15:00.000000Z\n"
        #expect(key.publicKey.verifies(signature: Array(signature), of: Array(text.utf8)))
        #expect(object["hash"] as? String == head.hash && object["key"] as? String == key.id)
    }

    @Test("Without a verdict, a checkpoint comes after an interval of records")
    func interval() throws {
        let database = try open(interval: 3)
        for _ in 0..<7 { _ = try start(database) }
        #expect(try table(database) == [1, 4, 7])
        #expect(try sequences() == [1, 4, 7])
    }

    @Test("Without a key nothing is signed, and no file is made")
    func unsigned() throws {
        let database = try AuditDatabase(path: path)
        try database.append(sampleJudgement(), actor: "test")
        #expect(try table(database).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: outside))
        #expect(try database.reader.verify().failure == nil)
        #expect(try database.reader.verify(publicKeys: [key.publicKey]).failure?.reason == .unsigned)
    }

    @Test("A transaction that fails leaves no checkpoint")
    func failure() throws {
        let database = try open()
        var judgement = sampleJudgement()
        judgement.dataset.settings = .object(["rate": .number(.nan)])
        #expect(code { try database.append(judgement, actor: "test") } == .invalidRecord)
        #expect(try table(database) == [1])
        #expect(try sequences() == [1])
    }

    @Test("A transaction without records signs nothing")
    func withoutRecords() throws {
        let database = try open(interval: 1)
        _ = try database.transaction(actor: "test") { _ in }
        #expect(try table(database) == [1])
    }

    @Test("Lines that a crash kept from the outside file come at the next opening", arguments: [0, 1, 2])
    func catchUpAtOpening(_ kept: Int) throws {
        let database = try open()
        for _ in 0..<2 { try database.append(sampleJudgement(rows: 1), actor: "test") }
        try database.close()
        let all = try lines()
        try folder.write(all.prefix(kept).map { $0 + "\n" }.joined(), to: "audit.sqlite.checkpoints")
        try AuditDatabase(path: path).close()
        #expect(try lines() == all)
    }

    @Test("Lines that could not be written come with the next write, and the commit stands")
    func catchUpAtWrite() throws {
        let database = try open()
        let first = try lines()
        try FileManager.default.removeItem(atPath: outside)
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: false)
        let appended = try database.append(sampleJudgement(rows: 1), actor: "test")
        #expect(appended.checkpointFileError?.code == .checkpointFile)
        #expect(appended.headFileError == nil)
        #expect(try table(database) == [1, 3])
        try FileManager.default.removeItem(atPath: outside)
        #expect(try start(database).checkpointFileError == nil)
        #expect(try sequences() == [1, 3])
        #expect(try lines().first == first.first)
    }

    @Test("A torn last line is cut off and written again", arguments: [1, 20, 200])
    func torn(_ count: Int) throws {
        let database = try open()
        try database.append(sampleJudgement(rows: 1), actor: "test")
        try database.close()
        let all = try lines()
        try folder.write(all[0] + "\n" + all[1].prefix(count), to: "audit.sqlite.checkpoints")
        // A reader takes a torn line for what a crash left.
        #expect(try AuditReader(path: path).verify().failure == nil)
        try AuditDatabase(path: path).close()
        #expect(try lines() == all)
        try folder.write(String(all[0].prefix(count)), to: "audit.sqlite.checkpoints")
        try AuditDatabase(path: path).close()
        #expect(try lines() == all)
    }

    @Test("A whole line that is no checkpoint is not written behind")
    func foreignLine() throws {
        let database = try open()
        let text = try lines()[0] + "\n{}\n"
        try folder.write(text, to: "audit.sqlite.checkpoints")
        let appended = try database.append(sampleJudgement(rows: 1), actor: "test")
        #expect(appended.checkpointFileError?.code == .checkpointFile)
        #expect(try String(contentsOfFile: outside, encoding: .utf8) == text)
    }

    @Test("Two writers keep the outside file in order")
    func twoWriters() async throws {
        let first = try open()
        var second = try AuditDatabase(path: path, clock: { sampleDate })
        second.signing = first.signing
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 {
                let writer = index.isMultiple(of: 2) ? first : second
                group.addTask { try writer.append(sampleJudgement(rows: 1), actor: "test") }
            }
            try await group.waitForAll()
        }
        #expect(try sequences() == [1] + (1...20).map { 2 * $0 + 1 })
        #expect(try await first.reader.verify(publicKeys: [key.publicKey]).failure == nil)
    }

    @Test("The result tells of checkpoints and keys, to people and as JSON")
    func output() throws {
        let database = try open()
        try database.append(sampleJudgement(rows: 1), actor: "test")
        let head = try #require(try database.reader.verify().head)
        #expect(
            try database.reader.verify().text() == """
                intact: 3 records
                head: \(head)
                checkpoints: 2 verified, up to record 3
                keys: \(key.id)
                the keys come from the chain itself: give --public-key to check against a key that you hold

                """)
        let given = try database.reader.verify(publicKeys: [key.publicKey])
        #expect(!given.text().contains("chain itself"))
        #expect(
            given.json().contains(
                #""checkpoints":{"count":2,"file":true,"key_ids":["\#(key.id)"],"keys":"given","last_sequence":3}"#))
    }
}
