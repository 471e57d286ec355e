import AuditLog
import TestSupport
import Testing

@Suite("Tampering")
struct AuditTamperingTests {
    /// One way to tamper, and what must be found.
    struct Tampering: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var statements: [String]
        var sequence: Int64?
        var reason: AuditVerification.Reason
    }

    /// Every column of a record but its number.
    private static let fields = """
        time, actor, event, subject, dataset, customer, rule, verdict, disposition, line, body, previous_hash, hash
        """

    private static let tamperings: [Tampering] =
        [
            ("time", "'2026-03-01T08:15:00.000001Z'"), ("actor", "'uid:0'"), ("event", "'dataset.judged'"),
            ("subject", "'rows.jsonl:99'"), ("dataset", "NULL"), ("customer", "'acne'"), ("rule", "'none'"),
            ("verdict", "'cleared'"), ("disposition", "'accepted'"), ("line", "NULL"), ("line", "12"),
            ("body", "replace(body, '0.5', '0.6')"), ("body", "body || ' '"), ("hash", "zeroblob(32)"),
            // Bytes after a NUL, and ill-formed UTF-8, are read as they stand.
            ("actor", "actor || char(0) || 'x'"), ("actor", "CAST(CAST(actor AS BLOB) || x'ff' AS TEXT)"),
        ].map { column, value in
            Tampering(
                testDescription: "changed \(column) to \(value)",
                statements: ["UPDATE audit_record SET \(column) = \(value) WHERE sequence = 1"], sequence: 1,
                reason: .hashMismatch)
        } + [
            Tampering(
                testDescription: "changed a field to the text of the next one",
                statements: ["UPDATE audit_record SET customer = customer || rule, rule = NULL WHERE sequence = 1"],
                sequence: 1, reason: .hashMismatch),
            Tampering(
                testDescription: "changed the link",
                statements: ["UPDATE audit_record SET previous_hash = zeroblob(32) WHERE sequence = 4"], sequence: 4,
                reason: .brokenLink),
            Tampering(
                testDescription: "removed from the middle", statements: ["DELETE FROM audit_record WHERE sequence = 5"],
                sequence: 5, reason: .gap),
            Tampering(
                testDescription: "removed from the front", statements: ["DELETE FROM audit_record WHERE sequence < 3"],
                sequence: 1, reason: .gap),
            Tampering(
                testDescription: "removed from the middle, numbers closed up",
                statements: [
                    "DELETE FROM audit_record WHERE sequence = 5",
                    "UPDATE audit_record SET sequence = -(sequence - 1) WHERE sequence > 5",
                    "UPDATE audit_record SET sequence = -sequence WHERE sequence < 0",
                ], sequence: 5, reason: .brokenLink),
            Tampering(
                testDescription: "removed the last", statements: ["DELETE FROM audit_record WHERE sequence = 10"],
                sequence: 10, reason: .truncated),
            Tampering(
                testDescription: "removed the last four", statements: ["DELETE FROM audit_record WHERE sequence > 6"],
                sequence: 7, reason: .truncated),
            Tampering(
                testDescription: "removed all", statements: ["DELETE FROM audit_record"], sequence: 1,
                reason: .truncated),
            Tampering(
                testDescription: "inserted a copy at the end",
                statements: ["INSERT INTO audit_record SELECT 11, \(fields) FROM audit_record WHERE sequence = 10"],
                sequence: 11, reason: .brokenLink),
            Tampering(
                testDescription: "inserted in the middle",
                statements: [
                    "UPDATE audit_record SET sequence = -(sequence + 1) WHERE sequence > 5",
                    "UPDATE audit_record SET sequence = -sequence WHERE sequence < 0",
                    "INSERT INTO audit_record SELECT 6, \(fields) FROM audit_record WHERE sequence = 5",
                ], sequence: 6, reason: .brokenLink),
            Tampering(
                testDescription: "inserted before the first",
                statements: ["INSERT INTO audit_record SELECT 0, \(fields) FROM audit_record WHERE sequence = 1"],
                sequence: 0, reason: .schema),
            Tampering(
                testDescription: "exchanged two",
                statements: [
                    "UPDATE audit_record SET sequence = 100 WHERE sequence = 5",
                    "UPDATE audit_record SET sequence = 5 WHERE sequence = 6",
                    "UPDATE audit_record SET sequence = 6 WHERE sequence = 100",
                ], sequence: 5, reason: .brokenLink),
            Tampering(
                testDescription: "gave the ledger another id", statements: ["UPDATE ledger SET instance = 'other'"],
                sequence: nil, reason: .headMismatch),
            Tampering(
                testDescription: "removed the ledger's id", statements: ["DELETE FROM ledger"], sequence: nil,
                reason: .schema),
            Tampering(
                testDescription: "added a trigger",
                statements: ["CREATE TRIGGER quiet BEFORE INSERT ON audit_record BEGIN SELECT RAISE(IGNORE); END"],
                sequence: nil, reason: .schema),
            Tampering(
                testDescription: "removed an index", statements: ["DROP INDEX audit_record_rule"], sequence: nil,
                reason: .schema),
            Tampering(
                testDescription: "hid records from queries through an index that lacks them",
                statements: [
                    "PRAGMA writable_schema = ON",
                    """
                    UPDATE sqlite_schema SET sql = replace(sql, 'rule IS NOT NULL', 'rule = ''none''')
                    WHERE name = 'audit_record_rule'
                    """,
                ], sequence: nil, reason: .schema),
        ]

    @Test("Tampering is found, and the first bad record named", arguments: tamperings)
    func tampering(_ tampering: Tampering) throws {
        let folder = try TemporaryFolder()
        let path = try makeLedger(in: folder)
        try tamperUnseen(path, tampering.statements)
        let failure = try #require(try AuditReader(path: path).verify().failure)
        #expect(failure.reason == tampering.reason)
        #expect(failure.sequence == tampering.sequence)
    }
}
