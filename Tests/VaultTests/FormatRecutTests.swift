import Datasets
import Foundation
import Moderation
import Reports
import Storage
import TestSupport
import Testing
import Vault

@Suite("Cleared files of every format that follow a moderator")
struct FormatRecutTests {
    private static let rows = ["a", "b", "c", "d"]

    private static let files: [(String, String, @Sendable ([String]) -> String)] = [
        (
            "rows.json", "[\n  \(rows.map(row).joined(separator: ",\n  "))\n]",
            { "[\n\($0.map(row).joined(separator: ",\n"))\n]\n" }
        ),
        (
            "rows.csv", "id,text\n" + rows.map { "1,\"\($0)\n\"\n" }.joined(),
            { "id,text\n" + $0.map { "1,\"\($0)\n\"\n" }.joined() }
        ),
        (
            "rows.tsv", "text\r" + rows.joined(separator: "\r"),
            { rows in
                "text\r" + rows.map { $0 == "d" ? $0 : $0 + "\r" }.joined()
            }
        ),
    ]

    @Test("Released rows go back to their places", arguments: 0..<3, ["", ".gz", ".zst"])
    func released(file: Int, ending: String) throws {
        let (name, contents, expected) = Self.files[file]
        let bench = try Bench()
        let compression: DatasetFormat.Compression = ending == ".gz" ? .gzip : ending == ".zst" ? .zstd : .none
        let path = try bench.folder.write(contents, to: name)
        let plain = try DatasetReader().read(path)
        // What is cleared whole is written in the wanted compression, and is then the customer's file.
        var packed: [UInt8] = []
        var output = try DatasetOutput(DatasetFormat(plain.format.layout, compression), header: plain.header) {
            packed += $0
        }
        try DatasetRows(plain).forEach(plain.exampleLines) { try output.append($1) }
        try output.finish()
        try Folder.create(bench.vault.layout.inbox + "/acme")
        let input = try bench.folder.write(packed, to: "inbox/acme/\(name)\(ending)")
        try bench.vault.claim(input, id: bench.id, customer: "acme")
        let (split, report) = try bench.split("", quarantined: file == 0 ? [2, 3] : [3, 4])
        let dataName = VaultLayout.dataName(for: name + ending)
        let written = try #require(try bench.vault.stage(bench.id, name: name + ending, split))
        #expect(written.name == dataName)
        try bench.vault.publish(bench.id, customer: "acme", manifest: bench.manifest(written, report))
        func data() throws -> String {
            let dataset = try DatasetReader().read(bench.cleared + "/" + dataName)
            var bytes: [UInt8] = []
            var output = try DatasetOutput(DatasetFormat(dataset.format.layout), header: dataset.header) { bytes += $0 }
            try DatasetRows(dataset).forEach(dataset.exampleLines) { try output.append($1) }
            try output.finish()
            #expect(dataset.format.compression == compression)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(try data() == expected(["a", "d"]))
        let shift = file == 0 ? 0 : 1
        var present: Set<Int> = []
        for (wanted, rows) in [
            ([2], ["a", "b", "d"]), ([2, 3], Self.rows), ([3], ["a", "c", "d"]), ([], ["a", "d"]),
        ] {
            let lines = Set(wanted.map { $0 + shift })
            try bench.recut(present, lines)
            #expect(try data() == expected(rows))
            present = lines
        }
    }
}
