import Diagnostics
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Folders and what lies in them")
struct FolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func mode(_ path: String) -> UInt32 {
        var information = stat()
        return stat(path, &information) == 0 ? information.st_mode & 0o7777 : 0
    }

    @Test(
        "Folders are made with those above them, each with the mode that was asked for",
        arguments: [0o700, 0o750, 0o2770])
    func create(_ mode: UInt32) throws {
        let path = folder.file("a/b/c")
        for _ in 0..<2 { try Folder.create(path, mode: mode) }
        for name in ["a", "a/b", "a/b/c"] { #expect(self.mode(folder.file(name)) == mode) }
    }

    @Test("A folder that is there keeps its mode; a file in its place is an error")
    func present() throws {
        let path = folder.file("a")
        try Folder.create(path, mode: 0o700)
        try Folder.create(path, mode: 0o755)
        #expect(mode(path) == 0o700)
        try folder.write("x", to: "file")
        for name in ["file", "file/below"] {
            #expect(throws: StorageError.self) { try Folder.create(folder.file(name)) }
        }
        // A link to a folder is one.
        #expect(symlink(path, folder.file("link")) == 0)
        try Folder.create(folder.file("link"))
    }

    @Test("A file or folder is moved whole; nothing that has entries is replaced")
    func move() throws {
        try Folder.create(folder.file("a/sub"))
        try Folder.create(folder.file("b"))
        try folder.write("x", to: "a/sub/file")
        try Folder.move(folder.file("a/sub"), to: folder.file("b/moved"))
        #expect(try Folder.names(folder.file("a")).isEmpty && Folder.names(folder.file("b/moved")) == ["file"])
        try Folder.create(folder.file("c"))
        #expect(throws: StorageError.self) { try Folder.move(folder.file("c"), to: folder.file("b")) }
        #expect(try Folder.names(folder.file("b")) == ["moved"])
        #expect { try Folder.move(folder.file("gone"), to: folder.file("d")) } throws: {
            ($0 as? StorageError)?.code == .notFound
        }
    }

    @Test("Removing takes everything below, follows no link, and is harmless where nothing is")
    func remove() throws {
        try Folder.create(folder.file("kept"))
        try folder.write("x", to: "kept/file")
        try Folder.create(folder.file("a/b"))
        try folder.write("x", to: "a/b/file")
        #expect(symlink(folder.file("kept"), folder.file("a/link")) == 0)
        for _ in 0..<2 { try Folder.remove(folder.file("a")) }
        #expect(try Folder.names(folder.path) == ["kept"] && Folder.names(folder.file("kept")) == ["file"])
        // A link that points nowhere is something.
        #expect(symlink("nowhere", folder.file("dangling")) == 0)
        try Folder.remove(folder.file("dangling"))
        #expect(try FileStatus.of(folder.file("dangling")) == nil)
    }

    @Test("Names are sorted; there are none where there is no folder")
    func names() throws {
        for name in ["b", "a", ".c"] { try folder.write("x", to: name) }
        #expect(try Folder.names(folder.path) == [".c", "a", "b"])
        #expect(try Folder.names(folder.file("gone")).isEmpty)
        #expect(throws: StorageError.self) { _ = try Folder.names(folder.file("a")) }
    }

    @Test("A filesystem has some room, and a path that is not there none that is known")
    func freeBytes() throws {
        #expect(try Folder.freeBytes(folder.path) > 0)
        #expect(throws: StorageError.self) { _ = try Folder.freeBytes(folder.file("gone")) }
    }

    @Test("Each kind of file is told, links not followed")
    func kinds() throws {
        try folder.write("four", to: "file")
        #expect(symlink(folder.file("file"), folder.file("link")) == 0)
        #expect(mkfifo(folder.file("fifo"), 0o600) == 0)
        #expect(try FileStatus.of(folder.file("file"))?.kind == .regular)
        #expect(try FileStatus.of(folder.file("file"))?.bytes == 4)
        #expect(try FileStatus.of(folder.path)?.kind == .folder)
        #expect(try FileStatus.of(folder.file("link"))?.kind == .symbolicLink)
        #expect(try FileStatus.of(folder.file("fifo"))?.kind == .fifo)
        #expect(try FileStatus.of("/dev/null")?.kind == .device)
        #expect(try FileStatus.of(folder.file("gone")) == nil)
        #expect(try FileStatus.of(folder.file("file/below")) == nil)
        #expect(throws: StorageError.self) {
            _ = try FileStatus.of(folder.file(String(repeating: "n", count: 300)))
        }
    }

    @Test("What is told changes with the file, and only with it")
    func status() throws {
        let path = try folder.write("one", to: "file")
        let before = try #require(try FileStatus.of(path))
        #expect(try FileStatus.of(path) == before)
        var times = [timeval(tv_sec: 1_000_000, tv_usec: 5), timeval(tv_sec: 1_000_000, tv_usec: 5)]
        #expect(utimes(path, &times) == 0)
        let touched = try #require(try FileStatus.of(path))
        #expect(touched != before && touched.modified == "1000000.5000" && touched.inode == before.inode)
        try AtomicFile.write(Array("one".utf8), to: path)
        #expect(try FileStatus.of(path)?.inode != before.inode)
    }
}
