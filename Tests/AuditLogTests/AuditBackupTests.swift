import AuditLog
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite("Backups, and reading on from a position")
struct AuditBackupTests {
    private let folder: TemporaryFolder
    private let database: AuditDatabase
    private let key = SigningKey()

    init() throws {
        folder = try TemporaryFolder()
        var database = try AuditDatabase(path: folder.file("audit.sqlite"), clock: { sampleDate })
        try database.record(key, actor: "test")
        database.signing = AuditSigning(key: key)
        try database.append(sampleJudgement(), actor: "test")
        self.database = database
    }

    private func files() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("copy") })
    }

    @Test("A backup is whole, verified, one file with the two beside it, and can be restored and written to")
    func backup() throws {
        let copy = folder.file("copy.sqlite")
        let result = try AuditReader(path: database.path).backup(to: copy, publicKeys: [key.publicKey])
        #expect(result.failure == nil && result.intactCount == 5)
        #expect(try files() == ["copy.sqlite", "copy.sqlite.head", "copy.sqlite.checkpoints"])
        for name in try files() {
            let mode = try FileManager.default.attributesOfItem(atPath: folder.file(name))[.posixPermissions]
            #expect((mode as? NSNumber)?.intValue == 0o640)
        }
        #expect(try AuditReader(path: copy).records(matching: AuditQuery()).count == 5)
        let restored = try AuditDatabase(path: copy)
        try restored.append(sampleJudgement(rows: 1), actor: "test")
        #expect(try restored.reader.verify(publicKeys: [key.publicKey]).intactCount == 7)
    }

    @Test("A backup can be made while others write")
    func whileWriting() async throws {
        let reader = try AuditReader(path: database.path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [database] in
                for _ in 0..<30 { try database.append(sampleJudgement(rows: 50), actor: "test") }
            }
            for index in 0..<5 {
                group.addTask { [folder] in
                    let result = try reader.backup(to: folder.file("copy-\(index).sqlite"))
                    #expect(result.failure == nil)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("Nothing is overwritten", arguments: ["", ".head", ".checkpoints"])
    func occupied(_ suffix: String) throws {
        try folder.write("kept", to: "copy.sqlite" + suffix)
        #expect(code { _ = try database.reader.backup(to: folder.file("copy.sqlite")) } == .fileExists)
        #expect(try files() == ["copy.sqlite" + suffix])
    }

    @Test("A database that was tampered with gives no backup")
    func tampered() throws {
        try tamperUnseen(database.path, ["UPDATE audit_record SET actor = 'x' WHERE sequence = 2"])
        let result = try AuditReader(path: database.path).backup(to: folder.file("copy.sqlite"))
        #expect(result.failure?.reason == .hashMismatch)
        #expect(try files().isEmpty)
    }

    @Test("A folder that is not there is an error")
    func noFolder() throws {
        #expect(code { _ = try database.reader.backup(to: folder.file("missing/copy.sqlite")) } == .backup)
    }

    @Test("Reading goes on behind a position, in the order of numbers, and tells where it ended")
    func position() throws {
        let reader = database.reader
        var numbers: [Int64] = []
        var query = AuditQuery()
        query.event = .exampleDecided
        let first = try reader.read(matching: query, from: reader.beginning()) { numbers.append($0.sequence) }
        #expect(numbers == [2, 3, 4])
        #expect(first.anchor.sequence == 5)
        try database.append(sampleJudgement(rows: 1), actor: "test")
        numbers = []
        let second = try reader.read(matching: query, from: first) { numbers.append($0.sequence) }
        #expect(numbers == [6])
        #expect(second.anchor.sequence == 7)
        #expect(try reader.read(matching: query, from: second) { _ in } == second)
    }

    @Test("A position that the chain does not hold is an error")
    func wrongPosition() throws {
        let reader = database.reader
        let end = try reader.read(matching: AuditQuery()) { _ in }
        var other = end
        other.instance = "other"
        var changed = end
        changed.anchor.hash = digest("0")
        var beyond = end
        beyond.anchor.sequence += 1
        for position in [other, changed, beyond] {
            #expect(code { _ = try reader.read(matching: AuditQuery(), from: position) { _ in } } == .positionMismatch)
        }
    }

    @Test("The data version changes when another has written, and only then")
    func dataVersion() throws {
        let reader = try AuditReader(path: database.path)
        let version = try reader.dataVersion()
        #expect(try reader.dataVersion() == version)
        try database.append(sampleJudgement(rows: 1), actor: "test")
        #expect(try reader.dataVersion() != version)
    }
}
