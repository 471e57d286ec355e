import Diagnostics
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Input files")
struct InputFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("A regular file is read whole", arguments: [0, 1, 4096, 3_000_001])
    func contents(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = try folder.write(bytes, to: "file")
        #expect(try InputFile(path).byteCount == count)
        #expect(try InputFile.contents(of: path) == bytes)
        #expect(try InputFile.sha256(of: path) == sha256(of: bytes))
    }

    @Test(
        "The hash is SHA-256 in lower-case hexadecimal",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func knownHash(text: String, expected: String) throws {
        let path = try folder.write(text, to: "file")
        #expect(try InputFile.sha256(of: path) == expected)
        #expect(sha256(of: Array(text.utf8)) == expected)
    }

    @Test("A missing file is not found, and the error names the path")
    func missing() {
        let path = folder.file("missing")
        let error = #expect(throws: StorageError.self) { try InputFile(path) }
        #expect(error?.code == .notFound)
        #expect(error?.location?.path == path)
        #expect(error?.remedy != nil)
    }

    @Test("A file below a file is not found")
    func belowFile() throws {
        let path = try folder.write("x", to: "file")
        #expect(throws: StorageError.self) { try InputFile(path + "/x") }
    }

    @Test("A directory is refused")
    func directory() {
        let error = #expect(throws: StorageError.self) { try InputFile(folder.path) }
        #expect(error?.code == .isDirectory)
    }

    @Test("A FIFO is refused without waiting for its writer")
    func fifo() throws {
        let path = folder.file("fifo")
        try #require(mkfifo(path, 0o600) == 0)
        let error = #expect(throws: StorageError.self) { try InputFile(path) }
        #expect(error?.code == .notRegularFile)
    }

    @Test("A device is refused")
    func device() {
        let error = #expect(throws: StorageError.self) { try InputFile("/dev/zero") }
        #expect(error?.code == .notRegularFile)
    }

    @Test("A socket is refused")
    func socketFile() throws {
        let path = folder.file("s")
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        let error = #expect(throws: StorageError.self) { try InputFile(path) }
        #expect(error?.code == .notRegularFile)
    }

    @Test("Refusing a file closes its descriptor once: no other thread loses a file of its own")
    func refusalClosesOnce() async throws {
        let path = try folder.write("x", to: "file")
        let directory = folder.path
        let lost = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    for _ in 0..<40_000 { _ = try? InputFile(directory) }
                    return 0
                }
                group.addTask {
                    (0..<40_000).count { _ in (try? InputFile.sha256(of: path)) == nil }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(lost == 0)
    }

    @Test("A file over the limit is refused, one at the limit is not")
    func limit() throws {
        let path = try folder.write([1, 2, 3, 4], to: "file")
        #expect(try InputFile.contents(of: path, limit: 4) == [1, 2, 3, 4])
        let error = #expect(throws: StorageError.self) { try InputFile.contents(of: path, limit: 3) }
        #expect(error?.code == .readFailed)
    }

    @Test("A file that shrinks, grows or is rewritten while it is read is noticed", arguments: Change.allCases)
    func changes(change: Change) throws {
        let path = try folder.write([UInt8](repeating: 7, count: 100_000), to: "file")
        let file = try InputFile(path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { buffer.deallocate() }
        _ = try file.read(into: buffer)
        try change.make(path)
        let error = #expect(throws: StorageError.self) {
            while try file.read(into: buffer) > 0 {}
            _ = try file.finish()
        }
        #expect(error?.code == .changedDuringRead)
    }

    @Test("A file that is replaced or removed while it is read is noticed", arguments: [true, false])
    func replaced(isReplaced: Bool) throws {
        let path = try folder.write("abc", to: "file")
        let file = try InputFile(path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 16)
        defer { buffer.deallocate() }
        #expect(try file.read(into: buffer) == 3)
        if isReplaced { try AtomicFile.write("abc".utf8, to: path) } else { unlink(path) }
        let error = #expect(throws: StorageError.self) { try file.finish() }
        #expect(error?.code == .changedDuringRead)
    }

    @Test("A file that grows as fast as it is read does not keep the reader for ever")
    func endlessGrowth() throws {
        let path = try folder.write([UInt8](repeating: 7, count: 10_000), to: "file")
        let file = try InputFile(path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { buffer.deallocate() }
        var reads = 0
        let error = #expect(throws: StorageError.self) {
            while reads < 1000, try file.read(into: buffer) > 0 {
                reads += 1
                try Change.growth.make(path)
            }
        }
        #expect(error?.code == .changedDuringRead)
        #expect(reads < 10)
    }

    @Test("A file that was not read to its end is not finished")
    func unfinished() throws {
        let file = try InputFile(folder.write("abc", to: "file"))
        let error = #expect(throws: StorageError.self) { try file.finish() }
        #expect(error?.code == .changedDuringRead)
    }
}

/// What a writer may do to a file that somebody reads.
enum Change: CaseIterable {
    case truncation
    case growth
    case rewrite

    func make(_ path: String) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        switch self {
        case .truncation: try handle.truncate(atOffset: 50_000)
        case .growth:
            try handle.seekToEnd()
            try handle.write(contentsOf: [UInt8](repeating: 8, count: 4096))
        case .rewrite:
            try handle.write(contentsOf: [UInt8](repeating: 8, count: 4096))
            // A clock tick is too coarse to tell the times apart, so the time is set.
            let times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
            guard utimensat(AT_FDCWD, path, times, 0) == 0 else { throw POSIXError(.EIO) }
        }
    }
}
