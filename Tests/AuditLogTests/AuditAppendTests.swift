import AuditLog
import Diagnostics
import Foundation
import GRDB
import Moderation
import Synchronization
import TestSupport
import Testing

@Suite("Appending")
struct AuditAppendTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("audit.sqlite")
    }

    @Test("Decisions come in the dataset's order, then the verdict, with all that they rest on")
    func contents() throws {
        let database = try AuditDatabase(path: path, clock: { sampleDate })
        let appended = try database.append(sampleJudgement(rows: 2), actor: "uid:1000 lethe scan")
        #expect(appended.firstSequence == 1)
        #expect(appended.head.sequence == 3)
        let records = try database.reader.records(matching: AuditQuery())
        #expect(records.map(\.sequence) == [1, 2, 3])
        #expect(records.map(\.event) == ["example.decided", "example.decided", "dataset.judged"])
        #expect(records.allSatisfy { $0.time == "2026-03-01T08:15:00.000000Z" && $0.actor == "uid:1000 lethe scan" })
        #expect(records.map(\.subject) == ["rows.jsonl:1", "rows.jsonl:2", "rows.jsonl"])
        #expect(records.map(\.rule) == ["bias", "greeting", nil])
        #expect(records.map(\.disposition) == ["quarantined", "accepted", nil])
        #expect(records.map(\.verdict) == [nil, nil, "cleared-with-removals"])
        #expect(records.map(\.line) == [1, 2, nil])
        #expect(records[2].hash == appended.head.hash)
        #expect(records[1].previousHash == records[0].hash)
        #expect(
            records[0].body == #"{"action":"quarantine","byte_end":99,"byte_start":0,"customer":"acme","dataset":""#
                + digest("a") + #"","disposition":"quarantined","findings":[{"action":"quarantine","#
                + #""detail":"forgotten after the safety stage","rule":"bias","score":0,"threshold":0.5}],"#
                + #""line":1,"model":""# + digest("1") + #"","policy":""# + digest("2")
                + #"","rule":"bias","score":0,"threshold":0.5}"#)
        #expect(
            records[2].body == #"{"bytes":200,"counts":{"accepted":1,"flagged":0,"malformed":0,"quarantined":1,"#
                + #""rows":2},"customer":"acme","dataset":""# + digest("a")
                + #"","model":{"name":"tiny","sha256":""# + digest("1") + #""},"name":"rows.jsonl","#
                + #""policy":{"name":"default","sha256":""# + digest("2") + #""},"report":""# + digest("3")
                + #"","seed":7,"settings":{"epochs":2,"rate":0.001},"verdict":"cleared-with-removals"}"#)
    }

    @Test("The finding that quarantines decides, wherever it stands")
    func deciding() {
        let flag = Finding(rule: "a", action: .flag, line: 1, score: 0.1, threshold: 0.05, detail: "")
        let removal = Finding(rule: "b", action: .quarantine, line: 1, score: 0.9, threshold: 0.5, detail: "")
        let decided = ExampleDecided(
            line: 1, byteRange: 0..<1, disposition: .quarantined, findings: [flag, removal], score: 0.2)
        #expect(decided.deciding == removal)
        #expect(decided.score == 0.9)
        #expect(decided.threshold == 0.5)
    }

    @Test("A failure in the middle leaves nothing of the dataset", arguments: [0, 5, 9])
    func atomicity(_ failing: Int) throws {
        let database = try AuditDatabase(path: path)
        try database.append(sampleJudgement(rows: 4), actor: "test")
        var judgement = sampleJudgement(rows: 10)
        judgement.examples[failing].score = .nan
        #expect(code { try database.append(judgement, actor: "test") } == .invalidRecord)
        #expect(try database.reader.records(matching: AuditQuery()).count == 5)
        let appended = try database.append(sampleJudgement(rows: 1), actor: "test")
        #expect(appended.firstSequence == 6)
        #expect(try database.reader.verify().failure == nil)
    }

    @Test("A failure in the verdict leaves nothing of the dataset")
    func verdictFails() throws {
        let database = try AuditDatabase(path: path)
        var judgement = sampleJudgement()
        judgement.dataset.settings = .object(["rate": .number(.infinity)])
        #expect(code { try database.append(judgement, actor: "test") } == .invalidRecord)
        #expect(try database.reader.records(matching: AuditQuery()).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: path + ".head"))
    }

    @Test("What is no SHA-256 is refused", arguments: ["", "abc", digest("A"), digest("g"), digest("a") + "a"])
    func badDigest(_ sha256: String) throws {
        let database = try AuditDatabase(path: path)
        #expect(code { try database.append(sampleJudgement(sha256: sha256), actor: "test") } == .invalidRecord)
        #expect(try database.reader.records(matching: AuditQuery()).isEmpty)
    }

    @Test("A moment that has no text is refused")
    func badTime() throws {
        let database = try AuditDatabase(path: path, clock: { sampleDate })
        try database.close()
        #expect(code { _ = try AuditDatabase(path: path, clock: { .distantFuture + 1e12 }) } == .invalidTime)
    }

    @Test(
        "Records cannot be changed, removed, replaced or put elsewhere",
        arguments: [
            "UPDATE audit_record SET rule = 'other' WHERE sequence = 1", "UPDATE audit_record SET sequence = 99",
            "DELETE FROM audit_record WHERE sequence = 2", "DELETE FROM audit_record",
            "REPLACE INTO audit_record SELECT * FROM audit_record WHERE sequence = 1",
            """
            INSERT INTO audit_record
            SELECT 99, time, actor, event, subject, dataset, customer, rule, verdict, disposition, line, body,
            previous_hash, hash FROM audit_record WHERE sequence = 1
            """,
            "UPDATE ledger SET instance = 'other'", "DELETE FROM ledger",
            "REPLACE INTO ledger VALUES (1, 'other', 'now')", "INSERT INTO ledger VALUES (2, 'other', 'now')",
        ])
    func appendOnly(_ statement: String) throws {
        let path = try makeLedger(in: folder)
        let error = try #require(throws: DatabaseError.self) { try tamper(path, statement) }
        #expect(error.resultCode == .SQLITE_CONSTRAINT)
        #expect(error.message?.hasSuffix("is append-only") == true)
        #expect(try AuditReader(path: path).verify().failure == nil)
    }

    @Test("A reader sees a dataset whole or not at all while another is appended")
    func concurrentReader() async throws {
        let database = try AuditDatabase(path: path)
        try database.append(sampleJudgement(rows: 499), actor: "test")
        let reader = try AuditReader(path: path)
        let isWriting = Flag()
        async let writing: Void = {
            for _ in 0..<8 { try database.append(sampleJudgement(rows: 499), actor: "test") }
            isWriting.clear()
        }()
        var counts: Set<Int> = []
        repeat {
            let result = try await reader.verify()
            #expect(result.failure == nil)
            #expect(result.intactCount.isMultiple(of: 500))
            counts.insert(try await reader.records(matching: AuditQuery()).count)
        } while isWriting.value
        try await writing
        #expect(counts.allSatisfy { $0.isMultiple(of: 500) })
        #expect(try await reader.verify().intactCount == 4500)
    }

    @Test("Two writers share one chain")
    func twoWriters() async throws {
        let first = try AuditDatabase(path: path)
        let second = try AuditDatabase(path: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 {
                let writer = index.isMultiple(of: 2) ? first : second
                group.addTask { try writer.append(sampleJudgement(rows: 4), actor: "writer \(index)") }
            }
            try await group.waitForAll()
        }
        let result = try await first.reader.verify()
        #expect(result.failure == nil)
        #expect(result.intactCount == 100)
        let actors = try await first.reader.records(matching: AuditQuery()).map(\.actor)
        #expect(stride(from: 0, to: 100, by: 5).allSatisfy { Set(actors[$0..<$0 + 5]).count == 1 })
    }

    @Test("Several first openings at once make one schema")
    func firstOpenings() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask { [path] in
                    try AuditDatabase(path: path).append(sampleJudgement(rows: 1), actor: "test")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await AuditReader(path: path).verify().intactCount == 12)
    }

    @Test("Twenty thousand decisions are one transaction")
    func large() async throws {
        let database = try AuditDatabase(path: path)
        let appended = try database.append(sampleJudgement(rows: 20_000), actor: "test")
        #expect(appended.firstSequence == 1)
        let result = try await database.reader.verify()
        #expect(result.failure == nil)
        #expect(result.head == appended.head)
        #expect(result.intactCount == 20_001)
    }

    @Test("A head file that cannot be read forbids appending")
    func unreadableHead() throws {
        let database = try AuditDatabase(path: path)
        try FileManager.default.createDirectory(atPath: path + ".head", withIntermediateDirectories: false)
        #expect(code { try database.append(sampleJudgement(), actor: "test") } == .headFile)
        #expect(try database.reader.records(matching: AuditQuery()).isEmpty)
    }

    @Test("A head file that cannot be written is told, and the records stand")
    func unwritableHead() throws {
        // The name leaves room for ".head", but not for what the temporary file has behind it.
        let database = try AuditDatabase(path: folder.file(String(repeating: "a", count: 243)))
        let appended = try database.append(sampleJudgement(), actor: "test")
        #expect(appended.headFileError?.code == .headFile)
        #expect(try database.reader.record(appended.head.sequence)?.hash == appended.head.hash)
        #expect(try database.reader.verify().hasHeadFile == false)
    }
}

/// A flag that one task clears and another reads.
private final class Flag: Sendable {
    private let state = Mutex(true)

    var value: Bool { state.withLock { $0 } }

    func clear() { state.withLock { $0 = false } }
}
