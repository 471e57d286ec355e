import Datasets
import Diagnostics
import Foundation
import Moderation
import Reports
import Storage
import TestSupport
import Testing
import Vault

@Suite("From the work folder into the vault")
struct PublicationTests {
    private let rows = [row("a") + "\n", row("b") + "\r\n", row("c")]

    @Test("Cleared rows, quarantined rows, report and manifest lie where they belong, with their modes")
    func publish() throws {
        let bench = try Bench()
        let manifest = try bench.publish(rows.joined(), quarantined: [2])
        #expect(try bench.data() == rows[0] + rows[2])
        #expect(try bench.vault.manifest(bench.id, customer: "acme") == manifest)
        let quarantine = bench.vault.layout.quarantineFolder(bench.id)
        #expect(try bench.read(quarantine + "/rows.dat") == rows[1])
        let kept = try bench.vault.quarantinedRows(bench.id)
        #expect(kept.map(\.line) == [2] && kept[0].row == row("b") && kept[0].findings.map(\.rule) == ["words"])
        #expect(kept[0].storedStart == 0 && kept[0].storedEnd == rows[1].utf8.count)
        #expect(try bench.vault.report(bench.id).counts.quarantined == 1)
        #expect(try !bench.exists(bench.vault.layout.workFolder(bench.id) + "/output"))
        func mode(_ path: String) -> Int {
            var status = stat()
            return stat(path, &status) == 0 ? Int(status.st_mode & 0o777) : -1
        }
        #expect(mode(quarantine) == 0o700 && mode(quarantine + "/rows.dat") == 0o600)
        #expect(mode(bench.cleared + "/data.jsonl") & 0o007 == 0)
    }

    @Test("Publishing twice changes nothing")
    func twice() throws {
        let bench = try Bench()
        let manifest = try bench.publish(rows.joined(), quarantined: [2])
        try bench.vault.publish(bench.id, customer: "acme", manifest: manifest)
        #expect(try bench.data() == rows[0] + rows[2])
        #expect(try bench.vault.quarantinedRows(bench.id).count == 1)
    }

    @Test("What was moved before a crash stays, and the rest follows", arguments: 0...3)
    func interrupted(_ moved: Int) throws {
        let bench = try Bench()
        let (file, report) = try bench.stage(rows.joined(), quarantined: [2])
        let layout = bench.vault.layout
        let output = layout.workFolder(bench.id) + "/output"
        try Folder.create(bench.cleared)
        try Folder.create(layout.quarantineFolder(bench.id))
        for (name, target) in [
            ("data.jsonl", bench.cleared + "/data.jsonl"),
            ("rows.dat", layout.quarantineFolder(bench.id) + "/rows.dat"),
            ("quarantine.jsonl", layout.quarantineFolder(bench.id) + "/quarantine.jsonl"),
        ].prefix(moved) {
            try Folder.move(output + "/" + name, to: target)
        }
        try bench.vault.publish(bench.id, customer: "acme", manifest: bench.manifest(#require(file), report))
        #expect(try bench.data() == rows[0] + rows[2])
        #expect(try bench.vault.quarantinedRows(bench.id).map(\.line) == [2])
        #expect(try bench.vault.report(bench.id) == report)
    }

    @Test("A later verdict that clears nothing takes the cleared file away")
    func rejected() throws {
        let bench = try Bench()
        try bench.publish(rows.joined(), quarantined: [2])
        try bench.publish(rows.joined(), quarantined: [1, 2, 3], opensGate: false)
        #expect(try !bench.exists(bench.cleared))
        #expect(try bench.vault.quarantinedRows(bench.id).map(\.line) == [1, 2, 3])
        #expect(try bench.vault.report(bench.id).verdict == .rejected)
    }

    @Test("Rows that were released before are part of the first file")
    func released() throws {
        let bench = try Bench()
        try bench.publish(rows.joined(), quarantined: [1, 2], released: [1])
        #expect(try bench.data() == rows[0] + rows[2])
        try bench.recut([1], [1, 2])
        #expect(try bench.data() == rows.joined())
    }

    @Test("An original that changed since it was judged is not staged")
    func changed() throws {
        let bench = try Bench()
        let (split, _) = try bench.split(rows.joined(), quarantined: [2])
        let handle = try #require(FileHandle(forUpdatingAtPath: bench.vault.requireOriginal(bench.id)))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("\n".utf8))
        try handle.close()
        #expect {
            _ = try bench.vault.stage(bench.id, name: "rows.jsonl", split)
        } throws: {
            ($0 as? DatasetError)?.code == .changedDuringRead
        }
    }

    @Test("A claim is found without the database, and ends as the configuration says", arguments: [true, false])
    func settle(_ keepsOriginal: Bool) throws {
        let bench = try Bench()
        let (vault, id) = (bench.vault, bench.id)
        #expect(try vault.original(id) == nil)
        #expect { _ = try vault.requireOriginal(id) } throws: { ($0 as? VaultError)?.code == .originalMissing }
        try Folder.create(vault.layout.inbox + "/acme/sub")
        let path = try bench.folder.write("rows", to: "inbox/acme/sub/rows.jsonl")
        try vault.claim(path, id: id, customer: "acme")
        #expect(try !bench.exists(path))
        #expect(try vault.claims().map(\.customer) == ["acme"] && vault.claims().map(\.id) == [id])
        #expect(try vault.original(id) == "\(vault.layout.claims)/\(id)/acme/rows.jsonl")
        try Folder.create(vault.layout.workFolder(id))
        for _ in 0..<2 {
            try vault.settle(id, keepsOriginal: keepsOriginal)
            #expect(try vault.claims().isEmpty)
            #expect(
                try vault.original(id) == (keepsOriginal ? "\(vault.layout.originals)/\(id)/acme/rows.jsonl" : nil))
            #expect(try !bench.exists(vault.layout.workFolder(id)))
        }
        if keepsOriginal {
            try vault.settle(id, keepsOriginal: false)
            #expect(try vault.original(id) == nil)
        }
    }

    @Test("A file that has left the inbox cannot be claimed")
    func gone() throws {
        let bench = try Bench()
        #expect {
            try bench.vault.claim(bench.vault.layout.inbox + "/acme/rows.jsonl", id: bench.id, customer: "acme")
        } throws: {
            ($0 as? StorageError)?.code == .notFound
        }
        #expect(try bench.vault.original(bench.id) == nil)
    }
}
