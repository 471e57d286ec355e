import Foundation
import Gate
import Moderation
import Registry
import Storage
import TestSupport
import Testing
import Vault

@Suite("Which dataset is asked for")
struct SelectorTests {
    private let bench: Bench
    private let path: String
    private let hash: String

    init() throws {
        bench = try Bench()
        path = try bench.folder.write("customer's rows\n", to: "upload.jsonl")
        hash = sha256(of: Array("customer's rows\n".utf8))
    }

    @Test("An id, in either case")
    func identifier() throws {
        let id = try bench.judge(1)
        #expect(try bench.gate.dataset(id.description, customer: nil)?.id == id)
        #expect(try bench.gate.dataset(id.description.lowercased(), customer: nil)?.id == id)
        #expect(try bench.gate.dataset(dataset(2).description, customer: nil) == nil)
    }

    @Test("A SHA-256 or a path of the customer's file means the newest with these bytes")
    func bytes() throws {
        for selector in [hash, hash.uppercased(), path] {
            #expect(try bench.gate.dataset(selector, customer: nil) == nil)
        }
        try bench.judge(1, sha256: hash)
        let newest = try bench.judge(2, sha256: hash)
        for selector in [hash, hash.uppercased(), path] {
            #expect(try bench.gate.dataset(selector, customer: nil)?.id == newest)
        }
    }

    @Test("The same bytes of several customers need the customer")
    func ambiguous() throws {
        let acme = try bench.judge(1, sha256: hash)
        let bulk = try bench.judge(2, customer: "bulk", sha256: hash)
        for selector in [hash, path] {
            #expect { _ = try bench.gate.dataset(selector, customer: nil) } throws: {
                ($0 as? RegistryError)?.code == .ambiguousDataset && !"\($0)".contains("bulk")
            }
            #expect(try bench.gate.dataset(selector, customer: "acme")?.id == acme)
            #expect(try bench.gate.dataset(selector, customer: "bulk")?.id == bulk)
            #expect(try bench.gate.dataset(selector, customer: "cove") == nil)
        }
    }

    @Test("The path of a cleared file means its dataset, even where the file was changed")
    func clearedPath() throws {
        let id = try bench.judge(1)
        try bench.judge(2)
        #expect(try bench.gate.dataset(bench.cleared(id), customer: nil)?.id == id)
        try AtomicFile.write(Array("evil".utf8), to: bench.cleared(id))
        let entry = try #require(try bench.gate.dataset(bench.cleared(id), customer: nil))
        #expect(try bench.gate.answer(entry.id).exitCode == 7)
    }

    @Test("What names nothing is unknown; a folder is an error")
    func nothing() throws {
        for selector in ["", "nothing", digest("f"), "/nowhere/rows.jsonl"] {
            #expect(try bench.gate.dataset(selector, customer: nil) == nil)
        }
        #expect(throws: StorageError.self) { _ = try bench.gate.dataset(bench.folder.path, customer: nil) }
    }

    @Test("A held file keeps the bytes that were verified, and refuses others")
    func held() throws {
        #expect(try HeldFile(path: path, sha256: digest("f")) == nil)
        let file = try #require(try HeldFile(path: path, sha256: hash))
        try AtomicFile.write(Array("evil".utf8), to: path)
        let bytes = try FileHandle(fileDescriptor: file.descriptor, closeOnDealloc: false).readToEnd()
        #expect(bytes.map { String(decoding: $0, as: UTF8.self) } == "customer's rows\n")
        #expect(symlink(path, bench.folder.file("link")) == 0)
        #expect(throws: StorageError.self) {
            _ = try HeldFile(path: bench.folder.file("link"), sha256: sha256(of: Array("evil".utf8)))
        }
        #expect(throws: StorageError.self) { _ = try HeldFile(path: bench.folder.file("gone"), sha256: hash) }
    }

    @Test("Without a database there is no gate")
    func noDatabase() throws {
        let empty = try TemporaryFolder()
        #expect(throws: (any Error).self) { _ = try Gate(.init(root: empty.path)) }
    }
}
