import Foundation
import Intake
import Storage
import TestSupport
import Testing

@Suite("A look at the inbox")
struct InboxTests {
    private let folder: TemporaryFolder
    private let inbox: Inbox

    init() throws {
        folder = try TemporaryFolder()
        inbox = Inbox(root: folder.file("inbox"))
        try Folder.create(inbox.root)
    }

    private func put(_ name: String) throws {
        try Folder.create((folder.file("inbox/" + name) as NSString).deletingLastPathComponent)
        try folder.write("x", to: "inbox/" + name)
    }

    @Test("Files have the first folder's customer and their path below it")
    func list() throws {
        for name in ["acme/rows.jsonl", "acme/a/b/deep.jsonl", "bulk/rows.jsonl", "stray.jsonl"] { try put(name) }
        for name in ["acme/.hidden", "acme/rows.part", ".trash/rows.jsonl", "bulk/x.tmp/rows.jsonl"] { try put(name) }
        let listing = try inbox.list()
        let paths = ["acme/a/b/deep.jsonl", "acme/rows.jsonl", "bulk/rows.jsonl", "stray.jsonl"]
        #expect(listing.files.map(\.path) == paths.map { inbox.root + "/" + $0 })
        #expect(listing.files.map(\.customer) == ["acme", "acme", "bulk", nil])
        #expect(listing.files.map(\.name) == ["a/b/deep.jsonl", "rows.jsonl", "rows.jsonl", "stray.jsonl"])
        #expect(listing.folders == ["", "/acme", "/acme/a", "/acme/a/b", "/bulk"].map { inbox.root + $0 })
        for file in listing.files { #expect(inbox.file(file.path) == file) }
    }

    @Test("A folder that lies too deep is a file to be refused, and is not looked into")
    func tooDeep() throws {
        let levels = (1...Inbox.maximumDepth).map { "d\($0)" }.joined(separator: "/")
        try put("acme/\(levels)/rows.jsonl")
        try put("acme/\(levels)/more/rows.jsonl")
        let files = try inbox.list().files
        #expect(files.map(\.name) == ["\(levels)/more", "\(levels)/rows.jsonl"])
        #expect(files.map { $0.refusal(maximumBytes: 10) } == [.tooDeep, nil])
    }

    @Test("A link to a folder is not followed")
    func links() throws {
        try put("acme/rows.jsonl")
        try Folder.create(folder.file("elsewhere"))
        try folder.write("secret", to: "elsewhere/rows.jsonl")
        for name in ["acme/link", "linked"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.file("inbox/" + name), withDestinationPath: folder.file("elsewhere"))
        }
        let listing = try inbox.list()
        #expect(listing.files.map(\.name) == ["link", "rows.jsonl", "linked"])
        #expect(listing.files.map { $0.refusal(maximumBytes: 10) } == [.symbolicLink, nil, .symbolicLink])
        #expect(listing.folders == ["", "/acme"].map { inbox.root + $0 })
    }

    @Test("A path from an event is read as the look at the whole inbox reads it")
    func file() throws {
        try put("acme/rows.jsonl")
        try put("acme/.sub/rows.jsonl")
        #expect(inbox.file(inbox.root + "/acme/rows.jsonl")?.customer == "acme")
        for name in ["/acme", "/acme/gone.jsonl", "/acme/.sub/rows.jsonl", "", "/"] {
            #expect(inbox.file(inbox.root + name) == nil)
        }
        #expect(inbox.file(folder.file("inbox2/acme/rows.jsonl")) == nil)
    }

    @Test(
        "Letters outside ASCII move nothing, in the inbox's own path or behind a slash",
        arguments: ["é", "e\u{301}", "収"])
    func letters(_ letter: String) throws {
        let inbox = Inbox(root: folder.file(letter + "/inbox"))
        try Folder.create(inbox.root + "/acme")
        // A combining mark right behind the slash.
        for name in ["rows.jsonl", "\u{301}rows.jsonl"] {
            try AtomicFile.write(Array("x".utf8), to: inbox.root + "/acme/x")
            try Folder.move(inbox.root + "/acme/x", to: inbox.root + "/acme/" + name)
            let file = try #require(inbox.file(inbox.root + "/acme/" + name))
            #expect(file.customer == "acme")
            #expect(Array(file.name.utf8) == Array(name.utf8))
        }
        #expect(try inbox.list().files.map(\.customer) == ["acme", "acme"])
    }

    @Test("A missing inbox is an error")
    func missing() throws {
        #expect { _ = try Inbox(root: folder.file("nowhere")).list() } throws: {
            ($0 as? StorageError)?.code == .readFailed
        }
    }
}
