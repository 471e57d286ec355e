import AuditLog
import Diagnostics
import Foundation
import GRDB
import Moderation
import Synchronization
import TestSupport
import Testing

@Suite("Queries")
struct AuditQueryTests {
    private let folder: TemporaryFolder
    private let reader: AuditReader

    /// Three datasets, an hour apart: numbers 1–12, 13–14 and 15–17.
    init() throws {
        folder = try TemporaryFolder()
        let hours = Mutex(-1.0)
        let database = try AuditDatabase(path: folder.file("audit.sqlite")) {
            sampleDate + 3600
                * hours.withLock { hour in
                    defer { hour += 1 }; return max(hour, 0)
                }
        }
        try database.append(sampleJudgement(name: "one.jsonl", rows: 11), actor: "test")
        try database.append(
            sampleJudgement(name: "two.jsonl", sha256: digest("b"), customer: nil, rows: 1, verdict: .rejected),
            actor: "test")
        try database.append(
            sampleJudgement(
                name: "three.jsonl", sha256: "ab" + String(repeating: "0", count: 62), customer: "globex", rows: 2),
            actor: "test")
        reader = database.reader
    }

    /// One query and the numbers that it must list.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var numbers: [Int64]
        var set: @Sendable (inout AuditQuery) -> Void

        init(_ name: String, _ numbers: [Int64], _ set: @escaping @Sendable (inout AuditQuery) -> Void) {
            testDescription = name
            self.numbers = numbers
            self.set = set
        }
    }

    static let cases: [Case] = [
        Case("everything", Array(1...17)) { _ in },
        Case("newest first", Array((1...17).reversed())) { $0.order = .newestFirst },
        Case("the last three, oldest first", [15, 16, 17]) { $0.limit = 3 },
        Case("the last three, newest first", [17, 16, 15]) { ($0.limit, $0.order) = (3, .newestFirst) },
        Case("none of them", []) { $0.limit = 0 },
        Case("a dataset", [13, 14]) { $0.dataset = digest("b") },
        Case("a dataset in capitals", [13, 14]) { $0.dataset = digest("B") },
        Case("the beginning of one dataset", [15, 16, 17]) { $0.dataset = "ab" },
        Case("the beginning of two datasets", Array(1...12) + [15, 16, 17]) { $0.dataset = "a" },
        Case("the beginning of no dataset", []) { $0.dataset = "c" },
        Case("a customer", [15, 16, 17]) { $0.customer = "globex" },
        Case("a rule", [1, 11, 13, 15]) { $0.rule = "bias" },
        Case("a rule, the last two", [13, 15]) { ($0.rule, $0.limit) = ("bias", 2) },
        Case("a verdict", [14]) { $0.verdict = .rejected },
        Case("an event", [12, 14, 17]) { $0.event = .datasetJudged },
        Case("a disposition", [1, 11, 13, 15]) { $0.disposition = .quarantined },
        Case("a line", [2, 16]) { $0.line = 2 },
        Case("since", Array(13...17)) { $0.since = sampleDate + 3600 },
        Case("until", Array(1...12)) { $0.until = sampleDate + 3600 },
        Case("between", [13, 14]) { ($0.since, $0.until) = (sampleDate + 1, sampleDate + 7200) },
        Case("a rule since", [13, 15]) { ($0.rule, $0.since) = ("bias", sampleDate + 3600) },
        Case("all at once", [16]) {
            $0.dataset = "ab"
            $0.customer = "globex"
            $0.rule = "greeting"
            $0.disposition = .accepted
            $0.event = .exampleDecided
            $0.line = 2
            $0.since = sampleDate
        },
        Case("conditions that exclude each other", []) { ($0.customer, $0.verdict) = ("globex", .rejected) },
        Case("a name with a quote", []) { $0.rule = "' OR 1 = 1 --" },
    ]

    @Test("Conditions and order choose the records", arguments: cases)
    func query(_ test: Case) throws {
        var query = AuditQuery()
        test.set(&query)
        #expect(try reader.records(matching: query).map(\.sequence) == test.numbers)
    }

    @Test("A query without blocking lists the same")
    func asynchronous() async throws {
        var query = AuditQuery()
        query.rule = "bias"
        #expect(try await reader.records(matching: query).map(\.sequence) == [1, 11, 13, 15])
    }

    @Test(
        "What no SHA-256 begins with is an error",
        arguments: ["", "xyz", "a%", digest("a") + "a", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAU"])
    func malformedDataset(_ text: String) throws {
        var query = AuditQuery()
        query.dataset = text
        #expect(code { _ = try reader.records(matching: query) } == .invalidRecord)
    }

    @Test("A record is found by its number")
    func single() throws {
        #expect(try reader.record(16)?.subject == "three.jsonl:2")
        #expect(try reader.record(18) == nil)
    }

    @Test("A value of another type is an error, not a crash")
    func wrongType() throws {
        let path = try makeLedger(in: folder, name: "damaged.sqlite")
        try tamper(
            path, "DROP TRIGGER audit_record_before_update", "PRAGMA writable_schema = ON",
            "UPDATE sqlite_schema SET sql = replace(replace(sql, ' STRICT', ''), 'line INTEGER', 'line')",
            "PRAGMA user_version = 1")
        try tamper(path, "UPDATE audit_record SET line = x'ff' WHERE sequence = 2")
        #expect(code { _ = try AuditReader(path: path).records(matching: AuditQuery()) } == .corrupted)
    }
}
