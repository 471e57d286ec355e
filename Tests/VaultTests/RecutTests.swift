import Diagnostics
import Foundation
import Moderation
import Storage
import TestSupport
import Testing
import Vault

@Suite("Cleared files that follow a moderator")
struct RecutTests {
    /// How a file's lines end.
    enum Ending: String, CaseIterable {
        case lineFeed = "\n"
        case carriageReturn = "\r\n"
        case mixed
        case noneAtTheEnd

        /// Four rows.
        var rows: [String] {
            let rows = ["a", "b", "c", "d"].map(row)
            return switch self {
            case .lineFeed, .carriageReturn: rows.map { $0 + rawValue }
            case .mixed: [rows[0] + "\r\n", rows[1] + "\n", rows[2] + "  \n", rows[3] + "\r\n"]
            case .noneAtTheEnd: [rows[0] + "\n", rows[1] + "\r\n", rows[2] + "\n", rows[3]]
            }
        }
    }

    private static let sets: [Set<Int>] = [[1], [2], [4], [1, 2], [3, 4], [1, 4], [1, 2, 3], [2, 3, 4]]

    @Test("Every set of released rows gives the customer's own bytes", arguments: Ending.allCases, sets)
    func exact(_ ending: Ending, _ quarantined: Set<Int>) throws {
        let rows = ending.rows
        let bench = try Bench()
        func expected(_ released: Set<Int>) -> String {
            (1...4).filter { !quarantined.contains($0) || released.contains($0) }.map { rows[$0 - 1] }.joined()
        }
        try bench.publish(rows.joined(), quarantined: quarantined)
        #expect(try bench.data() == expected([]))
        var present: Set<Int> = []
        // One after another, all back, all at once, and one back.
        for wanted in quarantined.sorted().map({ last in quarantined.filter { $0 <= last } })
            + [[], quarantined, quarantined.subtracting([quarantined.min() ?? 0]), []]
        {
            try bench.recut(present, wanted)
            #expect(try bench.data() == expected(wanted), "released: \(wanted.sorted())")
            #expect(
                try bench.vault.manifest(bench.id, customer: "acme").output.sha256
                    == sha256(of: Array(bench.data().utf8)))
            present = wanted
        }
    }

    @Test("The new file's description is that of its bytes")
    func description() throws {
        let bench = try Bench()
        let rows = Ending.lineFeed.rows
        try bench.publish(rows.joined(), quarantined: [2])
        let recorded = try bench.vault.manifest(bench.id, customer: "acme").output.sha256
        let file = try bench.vault.stageRecut(
            bench.id, customer: "acme", recorded: recorded, present: [], wanted: [2])
        let bytes = Array(rows.joined().utf8)
        #expect(file == Manifest.File(name: "data.jsonl", sha256: sha256(of: bytes), bytes: bytes.count, rows: 4))
        // Nothing has changed until it is put in force.
        #expect(try sha256(of: Array(bench.data().utf8)) == recorded)
        #expect(try bench.vault.stagedRecut(bench.id) != nil)
        try bench.vault.discardRecut(bench.id)
        #expect(try bench.vault.stagedRecut(bench.id) == nil)
    }

    @Test("A cleared file that is not what was recorded never becomes part of a new one")
    func altered() throws {
        let bench = try Bench()
        try bench.publish(Ending.lineFeed.rows.joined(), quarantined: [2])
        let recorded = try bench.vault.manifest(bench.id, customer: "acme").output.sha256
        func stage(_ recorded: String, present: Set<Int> = []) throws {
            _ = try bench.vault.stageRecut(
                bench.id, customer: "acme", recorded: recorded, present: present, wanted: [2])
        }
        // The register says that a row is in the file that is not.
        #expect { try stage(recorded, present: [2]) } throws: { ($0 as? VaultError)?.code == .altered }
        // File and manifest were exchanged together; the ledger was not.
        let evil = row("evil") + "\n"
        try AtomicFile.write(Array(evil.utf8), to: bench.cleared + "/data.jsonl")
        var manifest = try bench.vault.manifest(bench.id, customer: "acme")
        manifest.output.sha256 = sha256(of: Array(evil.utf8))
        try bench.vault.finishRecut(bench.id, customer: "acme", manifest: manifest)
        #expect { try stage(recorded) } throws: { ($0 as? VaultError)?.code == .altered }
    }

    @Test("A row that is not kept cannot be released")
    func notKept() throws {
        let bench = try Bench()
        try bench.publish(Ending.lineFeed.rows.joined(), quarantined: [2])
        let index = bench.vault.layout.quarantineFolder(bench.id) + "/quarantine.jsonl"
        try AtomicFile.write([UInt8](), to: index)
        #expect { try bench.recut([], [2]) } throws: { ($0 as? VaultError)?.code == .notQuarantined }
    }

    @Test("A crash between the manifest and the file leaves the file staged, and can be made good")
    func interrupted() throws {
        let bench = try Bench()
        try bench.publish(Ending.lineFeed.rows.joined(), quarantined: [2])
        var manifest = try bench.vault.manifest(bench.id, customer: "acme")
        manifest.output = try bench.vault.stageRecut(
            bench.id, customer: "acme", recorded: manifest.output.sha256, present: [], wanted: [2])
        // The target cannot be replaced: what follows the manifest fails.
        let data = bench.cleared + "/data.jsonl"
        let kept = try bench.read(data)
        try Folder.remove(data)
        try Folder.create(data + "/in the way")
        #expect(throws: StorageError.self) {
            try bench.vault.finishRecut(bench.id, customer: "acme", manifest: manifest)
        }
        #expect(try bench.vault.stagedRecut(bench.id) != nil)
        try Folder.remove(data)
        try AtomicFile.write(Array(kept.utf8), to: data)
        try bench.vault.finishRecut(bench.id, customer: "acme", manifest: manifest)
        #expect(try bench.data() == Ending.lineFeed.rows.joined())
        #expect(try bench.vault.manifest(bench.id, customer: "acme") == manifest)
        #expect(try !bench.exists(bench.vault.layout.workFolder(bench.id)))
    }
}
