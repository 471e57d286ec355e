import AuditLog
import Foundation
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

    @Test("It still verifies")
    func verify() throws {
        let result = try AuditReader(path: path).verify()
        #expect(result.failure == nil)
        #expect(result.intactCount == 17)
        #expect(result.head == AuditAnchor(parsing: Self.head))
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
