import AuditLog
import Foundation
import GRDB
import Moderation
import TestSupport
import Testing

@Suite("Queries by a dataset's id, and their plans")
struct DatasetIDQueryTests {
    private let folder: TemporaryFolder
    private static let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    private static let hexadecimalID = "0123456789ABCDEF0123456789"

    init() throws {
        folder = try TemporaryFolder()
    }

    private func judgement(id: String?, name: String, sha256: String = digest("a"), rows: Int = 2) -> DatasetJudgement {
        var judgement = sampleJudgement(name: name, sha256: sha256, rows: rows)
        judgement.dataset.id = id
        return judgement
    }

    @Test(
        "A dataset's id finds its records and nothing else",
        arguments: [
            (id, Array(1...3)), (id.lowercased(), Array(1...3)), ("01ARZ3NDEKTSV4RRFFQ69G5FAW", []),
            // This may be an id or how a SHA-256 begins.
            (hexadecimalID, Array(7...11)),
        ] as [(String, [Int64])])
    func dataset(_ text: String, _ expected: [Int64]) throws {
        let database = try AuditDatabase(path: folder.file("audit.sqlite"))
        try database.append(judgement(id: Self.id, name: "a.jsonl"), actor: "test")
        // Names that begin as the id does.
        for name in [Self.id + ".jsonl", Self.id + "0", Self.id + ";"] {
            try database.append(judgement(id: nil, name: name, rows: 0), actor: "test")
        }
        try database.append(judgement(id: Self.hexadecimalID, name: "b.jsonl"), actor: "test")
        let sha256 = Self.hexadecimalID.lowercased() + String(repeating: "0", count: 38)
        try database.append(judgement(id: nil, name: "c.jsonl", sha256: sha256, rows: 1), actor: "test")
        var query = AuditQuery()
        query.dataset = text
        #expect(try database.reader.records(matching: query).map(\.sequence) == expected)
        query.after = 8
        #expect(try database.reader.records(matching: query).map(\.sequence) == expected.filter { $0 > 8 })
    }

    /// A query, the index that it must use, and whether that index gives the order.
    struct Plan: Sendable {
        var index: String
        var isSorted: Bool
        var set: @Sendable (inout AuditQuery) -> Void

        init(_ index: String, isSorted: Bool = true, _ set: @escaping @Sendable (inout AuditQuery) -> Void) {
            self.index = index
            self.isSorted = isSorted
            self.set = set
        }
    }

    static let plans: [Plan] = [
        Plan("audit_record_customer") { ($0.customer, $0.since, $0.limit) = ("acme", sampleDate, 100) },
        Plan("audit_record_time") { ($0.since, $0.limit) = (sampleDate, 100) },
        Plan("audit_record_rule") { ($0.rule, $0.customer, $0.limit) = ("bias", "acme", 100) },
        Plan("audit_record_verdict") { ($0.verdict, $0.limit) = (.cleared, 100) },
        Plan("audit_record_event") { ($0.event, $0.since, $0.limit) = (.datasetJudged, sampleDate, 100) },
        Plan("audit_record_dataset") { ($0.dataset, $0.limit) = (digest("a"), 100) },
        Plan("audit_record_subject", isSorted: false) { ($0.dataset, $0.since, $0.limit) = (id, sampleDate, 100) },
        Plan("INTEGER PRIMARY KEY") { ($0.after, $0.customer, $0.since) = (5, "acme", sampleDate) },
    ]

    @Test("An index finds the records, without a sort where it gives their order", arguments: plans)
    func plan(_ expected: Plan) throws {
        let database = try AuditDatabase(path: folder.file("audit.sqlite"), clock: { sampleDate })
        for number in 0..<10 {
            try database.append(
                judgement(id: nil, name: "\(number).jsonl", sha256: digest("b"), rows: 2000), actor: "test")
        }
        var query = AuditQuery()
        query.order = .newestFirst
        expected.set(&query)
        let (sql, arguments) = try query.sql()
        let plan = try database.pool.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
                .map { row in row["detail"] as String }.joined(separator: "\n")
        }
        #expect(plan.contains(expected.index), "\(plan)")
        #expect(plan.contains("TEMP B-TREE") != expected.isSorted, "\(plan)")
        #expect(!plan.contains("SCAN audit_record"), "\(plan)")
    }
}
