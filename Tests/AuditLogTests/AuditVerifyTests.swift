import AuditLog
import Crypto
import Diagnostics
import Foundation
import GRDB
import TestSupport
import Testing

@Suite("Verifying the chain")
struct AuditVerifyTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("An untouched chain is intact, from its first record to its head")
    func intact() throws {
        let path = try makeLedger(in: folder)
        let result = try AuditReader(path: path).verify()
        #expect(result.failure == nil)
        #expect(result.intactCount == 10)
        #expect(result.head?.sequence == 10)
        #expect(result.hasHeadFile)
        #expect(result.instance.count == 32)
    }

    @Test("An empty ledger is intact")
    func empty() throws {
        let database = try AuditDatabase(path: folder.file("audit.sqlite"))
        let result = try database.reader.verify()
        #expect(result.failure == nil)
        #expect(result.head == nil)
        #expect(!result.hasHeadFile)
    }

    @Test("Triggers that were dropped are found")
    func triggers() throws {
        let path = try makeLedger(in: folder)
        try tamper(path, "DROP TRIGGER audit_record_before_delete")
        let failure = try #require(try AuditReader(path: path).verify().failure)
        #expect(failure.reason == .schema)
        #expect(failure.detail.contains("audit_record_before_delete"))
    }

    @Test("The count of intact records ends before the first bad one")
    func intactCount() throws {
        let path = try makeLedger(in: folder)
        try tamperUnseen(path, ["UPDATE audit_record SET actor = 'x' WHERE sequence = 7"])
        let result = try AuditReader(path: path).verify()
        #expect(result.intactCount == 6)
        #expect(result.head?.sequence == 6)
    }

    @Test("A record whose hash was made to fit breaks the link of the next one")
    func recomputed() throws {
        let path = try makeLedger(in: folder)
        // The hash is computed here from its description alone.
        var record = try #require(try AuditReader(path: path).record(4))
        record.actor = "uid:0"
        let hash = SHA256.hash(data: Self.encoding(of: record)).map { String(format: "%02x", $0) }.joined()
        try tamperUnseen(
            path, ["UPDATE audit_record SET actor = 'uid:0', hash = x'\(hash)' WHERE sequence = 4"])
        let failure = try #require(try AuditReader(path: path).verify().failure)
        #expect(failure.sequence == 5)
        #expect(failure.reason == .brokenLink)
    }

    @Test("The last record, made to fit, is not the one of the head file or of what was expected")
    func recomputedLast() throws {
        let path = try makeLedger(in: folder)
        let reader = try AuditReader(path: path)
        let known = try #require(try reader.verify().head)
        var record = try #require(try reader.record(10))
        record.actor = "uid:0"
        let hash = SHA256.hash(data: Self.encoding(of: record)).map { String(format: "%02x", $0) }.joined()
        try tamperUnseen(path, ["UPDATE audit_record SET actor = 'uid:0', hash = x'\(hash)' WHERE sequence = 10"])
        #expect(try reader.verify().failure?.reason == .headMismatch)
        try FileManager.default.removeItem(atPath: path + ".head")
        // Nothing beside the database tells of it now; only what was kept elsewhere does.
        #expect(try reader.verify().failure == nil)
        let failure = try #require(try reader.verify(expecting: known).failure)
        #expect(failure.sequence == 10)
        #expect(failure.reason == .headMismatch)
    }

    @Test("Records that were removed with the head file are missed by what was expected")
    func expectation() throws {
        let path = try makeLedger(in: folder)
        let reader = try AuditReader(path: path)
        let known = try #require(try reader.verify().head)
        #expect(try reader.verify(expecting: known).failure == nil)
        try tamperUnseen(path, ["DELETE FROM audit_record WHERE sequence > 8"])
        try FileManager.default.removeItem(atPath: path + ".head")
        #expect(try reader.verify().failure == nil)
        let failure = try #require(try reader.verify(expecting: known).failure)
        #expect(failure.sequence == 9)
        #expect(failure.reason == .truncated)
    }

    @Test("A head file older than the database is intact if it names a record of the chain")
    func olderHead() throws {
        let path = try makeLedger(in: folder)
        let head = try Data(contentsOf: URL(fileURLWithPath: path + ".head"))
        let database = try AuditDatabase(path: path)
        try database.append(sampleJudgement(rows: 2), actor: "test")
        try head.write(to: URL(fileURLWithPath: path + ".head"))
        #expect(try database.reader.verify().failure == nil)
        try database.append(sampleJudgement(rows: 2), actor: "test")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + ".head")) != head)
    }

    @Test(
        "A head file that names no record of this ledger is found, and nothing more is appended",
        arguments: ["", "{}", #"{"hash":"00","instance":"x","sequence":1}"#, "foreign"])
    func foreignHead(_ text: String) throws {
        let path = try makeLedger(in: folder)
        let other = try makeLedger(in: folder, name: "other.sqlite")
        let head = try text == "foreign" ? String(contentsOfFile: other + ".head", encoding: .utf8) : text
        try folder.write(head, to: "audit.sqlite.head")
        #expect(try AuditReader(path: path).verify().failure?.reason == .headMismatch)
        let database = try AuditDatabase(path: path)
        #expect(code { try database.append(sampleJudgement(), actor: "test") } == .headMismatch)
    }

    @Test("Records that were removed are not buried under new ones")
    func refusesToBury() throws {
        let path = try makeLedger(in: folder)
        try tamperUnseen(path, ["DELETE FROM audit_record WHERE sequence > 8"])
        let database = try AuditDatabase(path: path)
        #expect(code { try database.append(sampleJudgement(), actor: "test") } == .headMismatch)
    }

    @Test("A ledger spliced onto another's beginning is found")
    func splice() throws {
        let path = try makeLedger(in: folder)
        let other = try makeLedger(in: folder, rows: 5, name: "other.sqlite")
        try tamperUnseen(
            path,
            [
                "DELETE FROM audit_record", "ATTACH '\(other)' AS other",
                "INSERT INTO audit_record SELECT * FROM other.audit_record",
            ])
        try FileManager.default.removeItem(atPath: path + ".head")
        let failure = try #require(try AuditReader(path: path).verify().failure)
        #expect(failure.sequence == 1)
        #expect(failure.reason == .brokenLink)
    }

    @Test("The result is told to people and as JSON")
    func output() throws {
        let path = try makeLedger(in: folder)
        let reader = try AuditReader(path: path)
        let known = try #require(try reader.verify().head)
        #expect(try reader.verify().text() == "intact: 10 records\nhead: \(known)\n")
        try tamperUnseen(path, ["DELETE FROM audit_record WHERE sequence = 1"])
        let result = try reader.verify()
        #expect(
            result.text() == """
                TAMPERED: record 1: gap: it is missing; the next record is 2
                intact before it: 0 records

                """)
        #expect(
            result.json() == #"{"checkpoints":{"count":0,"file":false,"key_ids":[],"keys":"chain","#
                + #""last_sequence":null},"first_bad":{"detail":"it is missing; the next record is 2","reason":"gap","#
                + #""sequence":1},"head":null,"head_file":true,"instance":""# + result.instance
                + #"","intact_records":0,"status":"tampered"}"#)
    }

    @Test(
        "An anchor is a number and a hash",
        arguments: [
            ("7:" + digest("a"), AuditAnchor(sequence: 7, hash: digest("a"))),
            ("7:" + digest("A"), AuditAnchor(sequence: 7, hash: digest("a"))), ("7", nil), ("7:", nil),
            (":" + digest("a"), nil), ("-7:" + digest("a"), nil), ("7:" + digest("g"), nil),
            ("99999999999999999999:" + digest("a"), nil), ("7:\(digest("a")):1", nil),
        ] as [(String, AuditAnchor?)])
    func anchor(_ text: String, _ anchor: AuditAnchor?) {
        #expect(AuditAnchor(parsing: text) == anchor)
    }

    /// What is hashed for a record, written down a second time from its description.
    private static func encoding(of record: AuditRecord) -> [UInt8] {
        func bigEndian(_ value: Int64) -> [UInt8] { withUnsafeBytes(of: value.bigEndian, Array.init) }
        func text(_ value: String?) -> [UInt8] {
            value.map { [2] + bigEndian(Int64($0.utf8.count)) + Array($0.utf8) } ?? [0]
        }
        func integer(_ value: Int64?) -> [UInt8] { value.map { [1] + bigEndian($0) } ?? [0] }
        var bytes = text("lethe.audit-record.v1") + integer(record.sequence)
        for value in [record.time, record.actor, record.event, record.subject] { bytes += text(value) }
        for value in [record.dataset, record.customer, record.rule, record.verdict, record.disposition] {
            bytes += text(value)
        }
        bytes += integer(record.line) + text(record.body) + [3] + bigEndian(32)
        let digits = Array(record.previousHash)
        return bytes
            + stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
