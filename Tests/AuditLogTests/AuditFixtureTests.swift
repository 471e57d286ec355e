import AuditLog
import Foundation
import GRDB
import TestSupport
import Testing

/// `Fixtures/ledger-v1.db` is a ledger of schema 1 with two judgements, made by this code when that schema was new.
@Suite("A ledger of schema 1")
struct AuditFixtureTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("ledger-v1.db")
        for name in ["ledger-v1.db", "ledger-v1.db.head"] {
            let source = try #require(Bundle.module.url(forResource: "Fixtures/" + name, withExtension: nil))
            try FileManager.default.copyItem(at: source, to: URL(fileURLWithPath: folder.file(name)))
        }
    }

    @Test("Read-only, it still verifies and is listed, and stays of schema 1")
    func readOnly() throws {
        let reader = try AuditReader(path: path)
        let result = try reader.verify()
        #expect(result.failure == nil)
        #expect(result.intactCount == 17)
        #expect(result.head == AuditAnchor(parsing: Self.head))
        #expect(try reader.records(matching: AuditQuery()).count == 17)
        #expect(try reader.statistics(matching: AuditQuery()).records == 17)
        #expect(try schema(path) == 1)
    }

    @Test("Opened for writing, it gets schema 2 and keeps every record")
    func migration() throws {
        let before = try AuditReader(path: path).records(matching: AuditQuery())
        try AuditDatabase(path: path).close()
        #expect(try schema(path) == 2)
        let reader = try AuditReader(path: path)
        #expect(try reader.records(matching: AuditQuery()) == before)
        #expect(try reader.verify().head == AuditAnchor(parsing: Self.head))
    }

    @Test("A migration that fails in the middle leaves schema 1 as it was, and can be done later")
    func failedMigration() throws {
        // The name of a table that the migration makes after others.
        try tamper(path, "CREATE TABLE webhook_message (id TEXT)")
        let before = try objects(path)
        #expect(code { _ = try AuditDatabase(path: path) } == .database)
        #expect(try objects(path) == before)
        #expect(try schema(path) == 1)
        try tamper(path, "DROP TABLE webhook_message")
        try AuditDatabase(path: path).close()
        #expect(try schema(path) == 2)
        #expect(try AuditReader(path: path).verify().failure == nil)
    }

    @Test("A crash at any moment of the migration leaves schema 1 or schema 2, whole")
    func crashedMigration() throws {
        let database = try AuditDatabase(path: path)
        let file = try Data(contentsOf: URL(fileURLWithPath: path))
        let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        let frame = 24 + 4096
        let frames = (log.count - 32) / frame
        #expect(frames > 10)
        var found: Set<Int> = []
        for count in 0...frames {
            // What was written to the log before the crash, and half of a frame.
            let crashed = folder.file("crashed-\(count).db")
            try file.write(to: URL(fileURLWithPath: crashed))
            try log.prefix(32 + count * frame + frame / 2).write(to: URL(fileURLWithPath: crashed + "-wal"))
            try FileManager.default.copyItem(atPath: path + ".head", toPath: crashed + ".head")
            #expect(try AuditReader(path: crashed).verify().failure == nil, "after \(count) frames")
            found.insert(try schema(crashed))
            try AuditDatabase(path: crashed).close()
            #expect(try AuditReader(path: crashed).verify().intactCount == 17)
        }
        #expect(found == [1, 2])
        try database.close()
    }

    private func schema(_ path: String) throws -> Int {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } ?? 0
    }

    private func objects(_ path: String) throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read {
            try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema UNION ALL SELECT * FROM grdb_migrations")
        }
    }

    @Test("It is still read, and appended to")
    func append() throws {
        let database = try AuditDatabase(path: path, clock: { sampleDate })
        var query = AuditQuery()
        query.rule = "bias"
        #expect(try database.reader.records(matching: query).map(\.line) == [1, 11, 1])
        try database.append(sampleJudgement(), actor: "test")
        #expect(try database.reader.verify().intactCount == 21)
    }

    private static let head = "17:4cf362c2563890103a3267bcc32e4ed817edc9e095f2331d74f09928fea51e0d"
}
