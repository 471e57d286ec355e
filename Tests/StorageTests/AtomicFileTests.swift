import Diagnostics
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Atomic files")
struct AtomicFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    }

    @Test("A committed file holds every byte and nothing else stays", arguments: [0, 1, 65_535, 65_536, 1_000_003])
    func commit(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        let file = try AtomicFile(folder.file("out"))
        #expect(file.path == folder.file("out"))
        for start in stride(from: 0, to: count, by: 777) { try file.write(bytes[start..<min(count, start + 777)]) }
        try file.commit()
        #expect(try InputFile.contents(of: folder.file("out")) == bytes)
        #expect(try names == ["out"])
    }

    @Test("Nothing appears under the name before the commit")
    func invisible() throws {
        let file = try AtomicFile(folder.file("out"))
        try file.write([1, 2, 3])
        try file.prepare()
        #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
        #expect(try names.count == 1)
        try file.commit()
        #expect(try names == ["out"])
    }

    @Test("Discarding leaves nothing, and nothing can be committed afterwards")
    func discard() throws {
        let file = try AtomicFile(folder.file("out"))
        try file.write([UInt8](repeating: 1, count: 100_000))
        file.discard()
        #expect(try names.isEmpty)
        let error = #expect(throws: StorageError.self) { try file.commit() }
        #expect(error?.code == .writeFailed)
        #expect(try names.isEmpty)
    }

    @Test("A file that is dropped without a commit leaves nothing")
    func dropped() throws {
        do {
            let file = try AtomicFile(folder.file("out"))
            try file.write([UInt8](repeating: 1, count: 100_000))
            #expect(try names.count == 1)
        }
        #expect(try names.isEmpty)
    }

    @Test("Nothing can be written once a file is committed or discarded", arguments: [true, false])
    func writeAfterEnd(isCommitted: Bool) throws {
        let file = try AtomicFile(folder.file("out"))
        try file.write([1])
        if isCommitted { try file.commit() } else { file.discard() }
        let error = #expect(throws: StorageError.self) { try file.write([2]) }
        #expect(error?.code == .writeFailed)
    }

    @Test("Discarding after the commit keeps the file")
    func discardAfterCommit() throws {
        let file = try AtomicFile(folder.file("out"))
        try file.write([1])
        try file.commit()
        file.discard()
        #expect(try InputFile.contents(of: folder.file("out")) == [1])
    }

    @Test("An existing file is replaced at the commit and not before")
    func replacement() throws {
        let path = try folder.write("old", to: "out")
        let file = try AtomicFile(path)
        try file.write("new".utf8)
        try file.prepare()
        #expect(try InputFile.contents(of: path) == Array("old".utf8))
        try file.commit()
        #expect(try InputFile.contents(of: path) == Array("new".utf8))
        #expect(try names == ["out"])
    }

    @Test("A reader that opened the old file keeps it")
    func oldReader() throws {
        let path = try folder.write("old", to: "out")
        let reader = try InputFile(path)
        try AtomicFile.write("newer".utf8, to: path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 16)
        defer { buffer.deallocate() }
        let count = try reader.read(into: buffer)
        #expect(Array(buffer[0..<count]) == Array("old".utf8))
    }

    @Test("The file has the mode that was asked for", arguments: [0o600, 0o400, 0o700] as [UInt32])
    func mode(mode: UInt32) throws {
        try AtomicFile.write([1], to: folder.file("out"), mode: mode)
        var information = stat()
        try #require(stat(folder.file("out"), &information) == 0)
        #expect(information.st_mode & 0o777 == mode)
    }

    @Test("Without a mode nobody but the owner can read the file")
    func privateMode() throws {
        try AtomicFile.write([1], to: folder.file("out"))
        var information = stat()
        try #require(stat(folder.file("out"), &information) == 0)
        #expect(information.st_mode & 0o777 == 0o600)
    }

    @Test("A missing folder is not found")
    func missingFolder() {
        let path = folder.file("missing/out")
        let error = #expect(throws: StorageError.self) { try AtomicFile(path) }
        #expect(error?.code == .notFound)
        #expect(error?.location?.path == path)
    }

    @Test("A name that a folder has cannot be committed, and nothing stays")
    func folderInTheWay() throws {
        try FileManager.default.createDirectory(atPath: folder.file("out"), withIntermediateDirectories: false)
        let error = #expect(throws: StorageError.self) { try AtomicFile.write([1], to: folder.file("out")) }
        #expect(error?.code == .isDirectory)
        #expect(try names == ["out"])
    }

    @Test("The longest name that the filesystem allows can be written")
    func longestName() throws {
        let name = String(repeating: "n", count: 255)
        try AtomicFile.write([1], to: folder.file(name))
        #expect(try names == [name])
    }

    @Test("Bytes become lower-case hexadecimal")
    func hexadecimalText() {
        #expect(hexadecimal([0x00, 0x0F, 0xA5, 0xFF] as [UInt8]) == "000fa5ff")
        #expect(hexadecimal([] as [UInt8]) == "")
    }
}
