import Foundation
import Moderation
import Reports
import TestSupport
import Testing
import Vault

@Suite("Names and manifests in the vault")
struct NameTests {
    @Test(
        "A cleared file has the dataset's ending, where that is plain",
        arguments: [
            ("rows.jsonl", "data.jsonl"), ("rows.json", "data.json"), ("rows.JSONL", "data.JSONL"),
            ("a.b.json", "data.json"), ("sub/rows.txt", "data.txt"), ("rows", "data.jsonl"), ("", "data.jsonl"),
            (".hidden", "data.jsonl"), ("rows.", "data.jsonl"), ("folder.d/rows", "data.jsonl"),
            ("rows.a b", "data.jsonl"), ("rows.é", "data.jsonl"), ("rows.\n", "data.jsonl"),
            ("rows./../../x", "data.jsonl"), ("rows.a-b", "data.jsonl"),
            ("rows.1234567890123456", "data.1234567890123456"),
            ("rows.jsonl.gz", "data.jsonl.gz"), ("a.b.csv.ZST", "data.csv.ZST"), ("rows.gz", "data.jsonl.gz"),
            (".gz", "data.jsonl"), ("rows.a b.gz", "data.jsonl.gz"), ("folder.d/rows.gz", "data.jsonl.gz"),
            ("rows.12345678901234567", "data.jsonl"), ("rows.\u{0}", "data.jsonl"), ("rows.json\u{301}", "data.jsonl"),
        ])
    func dataName(_ name: String, _ expected: String) {
        #expect(VaultLayout.dataName(for: name) == expected)
    }

    @Test("What is signed leaves the signature out, is compact, sorted, and the same each time")
    func signedBytes() throws {
        let bench = try Bench()
        var manifest = try #require(try bench.publish(row("a/b") + "\n" + row("c") + "\n", quarantined: [2]))
        let bytes = try manifest.signedBytes()
        manifest.signature = .init(key: "k", value: "v")
        #expect(try manifest.signedBytes() == bytes)
        let read = try ReportJSON.decode(Manifest.self, from: ReportJSON.encode(manifest))
        #expect(read == manifest)
        #expect(try read.signedBytes() == bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix(#"{"audit":{"hash":"aaaa"#) && text.hasSuffix("}") && !text.contains("signature"))
        #expect(text.contains(#""format":"lethe-manifest/1""#) && !text.contains(#"": "#))
        // Each member matters.
        manifest.released = [2]
        #expect(try manifest.signedBytes() != bytes)
    }

    @Test("Ids sort by time, and read back in either case")
    func identifiers() throws {
        var random = SplitMix(state: 1)
        let times: [UInt64] = [0, 1, 31, 32, 1_772_352_900_000, 1_772_352_900_001, 0xFFFF_FFFF_FFFF]
        let ids = times.map { DatasetID(milliseconds: $0, using: &random) }
        #expect(ids == ids.sorted() && Set(ids).count == ids.count)
        for id in ids {
            #expect(id.description.utf8.count == 26)
            #expect(DatasetID(id.description) == id)
            #expect(DatasetID(id.description.lowercased()) == id)
        }
        #expect(ids[0].description.hasPrefix("0000000000"))
        #expect(ids[6].description.hasPrefix("7ZZZZZZZZZ"))
        // The time of the ULID specification's own example.
        #expect(DatasetID(milliseconds: 1_469_918_176_385, using: &random).description.hasPrefix("01ARYZ6S41"))
        // The same moment does not give the same id.
        #expect(DatasetID(milliseconds: 5, using: &random) != DatasetID(milliseconds: 5, using: &random))
    }

    @Test(
        "What is no ULID is no id",
        arguments: [
            "", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVX", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
            "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FAL", "01ARZ3NDEKTSV4RRFFQ69G5FAO",
            "01ARZ3NDEKTSV4RRFFQ69G5FAU", "01ARZ3NDEKTSV4RRFFQ69G5F-V", "01ARZ3NDEKTSV4RRFFQ69G5FÄ",
            "01ARZ3NDEKTSV4RRFFQ69G5Fß", "01ARZ3NDEKTſV4RRFFQ69G5FAV", "../../../../../etc/passwd0",
            "01ARZ3NDEKTSV4RRFFQ69G5FA\n",
        ])
    func notAnIdentifier(_ text: String) {
        #expect(DatasetID(text) == nil)
    }
}
