import Foundation
import GRDB

/// The file beside the database that holds every signed checkpoint a second time, one JSON object a line.
///
/// It is appended to after each commit, so after a crash it may lack the last checkpoints, or end in a torn line; both
/// are mended at the next opening or write. It never names a record that was not committed.
enum AuditCheckpointFile {
    /// One line of the file.
    struct Line: Sendable, Hashable {
        /// The instance id of the ledger.
        var instance: String

        /// The checkpoint.
        var checkpoint: AuditCheckpoint
    }

    /// What a whole file holds.
    enum Contents: Sendable, Hashable {
        case absent
        case lines([Line])
        /// The line with this number, from 1, is no checkpoint.
        case malformed(line: Int)
    }

    /// More bytes than any line has, so that the last one is read without the rest.
    private static let tailSize = 4096

    /// The file of a database.
    static func path(ofDatabase path: String) -> String { path + ".checkpoints" }

    /// Reads the whole file; a torn last line is left out.
    static func read(besideDatabase database: String) throws(AuditError) -> Contents {
        let path = path(ofDatabase: database)
        guard FileManager.default.fileExists(atPath: path) else { return .absent }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw AuditError(
                .checkpointFile, "the checkpoints file cannot be read", remedy: "Check that you may read it",
                path: path)
        }
        var lines: [Line] = []
        let whole = data.lastIndex(of: UInt8(ascii: "\n")).map { data[data.startIndex..<$0] }
        guard let whole else { return .lines([]) }
        for text in whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard let line = Line(parsing: Array(text)) else { return .malformed(line: lines.count + 1) }
            lines.append(line)
        }
        return .lines(lines)
    }

    /// The last whole line; `nil` if there is none, or none that can be read.
    static func last(besideDatabase database: String) -> Line? {
        let descriptor = open(path(ofDatabase: database), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return tail(of: descriptor)?.line
    }

    /// Mends a torn last line and appends what the table holds and the file lacks; on the disk when it returns.
    ///
    /// - Parameters:
    ///   - db: The database, outside of any transaction.
    ///   - instance: The ledger's instance id.
    ///   - database: The database's path.
    static func catchUp(with db: Database, instance: String, besideDatabase database: String) throws(AuditError) {
        do {
            guard try AuditCheckpoint.lastSequence(db) > 0 else { return }
        } catch {
            throw AuditError(error, path: database)
        }
        let file = DurableFile(
            path: path(ofDatabase: database), name: "the checkpoints file", code: .checkpointFile)
        let descriptor = open(file.path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw file.failure("cannot be opened") }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw file.failure("cannot be locked") }
        }
        guard let tail = tail(of: descriptor) else { throw file.failure("cannot be read") }
        if tail.size == 0 {
            DurableFile.giveAway(descriptor, ownedLike: database)
            fchmod(descriptor, 0o640)
        }
        guard tail.line != nil || tail.wholeSize == 0, tail.line?.instance ?? instance == instance else {
            throw AuditError(
                .checkpointFile, "the last line of the checkpoints file is no checkpoint of this database",
                remedy: "Look at it with lethe audit verify; restore it with the database from one backup",
                path: file.path)
        }
        if tail.wholeSize < tail.size, ftruncate(descriptor, off_t(tail.wholeSize)) != 0 {
            throw file.failure("cannot be mended")
        }
        let missing: [AuditCheckpoint]
        do {
            missing = try AuditCheckpoint.fetchAll(db, after: tail.line?.checkpoint.sequence ?? 0)
        } catch {
            throw AuditError(error, path: database)
        }
        guard !missing.isEmpty || tail.wholeSize < tail.size else { return }
        var bytes: [UInt8] = []
        for checkpoint in missing { bytes += try Line(instance: instance, checkpoint: checkpoint).bytes() }
        try append(bytes, to: descriptor, file)
        if tail.size == 0 { try file.flushFolder() }
    }

    private static func append(_ bytes: [UInt8], to descriptor: CInt, _ file: DurableFile) throws(AuditError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw file.failure("cannot be written") }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw file.failure("cannot be flushed") }
    }

    /// The file's size, its size up to the last line feed, and the last whole line; `nil` if it cannot be read.
    private static func tail(of descriptor: CInt) -> (size: Int, wholeSize: Int, line: Line?)? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        let size = Int(status.st_size)
        let start = max(0, size - tailSize)
        var bytes = [UInt8](repeating: 0, count: size - start)
        guard pread(descriptor, &bytes, bytes.count, off_t(start)) == bytes.count else { return nil }
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return (size, start, nil) }
        let lineStart = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return (size, start + end + 1, Line(parsing: Array(bytes[lineStart..<end])))
    }
}

extension AuditCheckpointFile.Line {
    /// The line with its line feed.
    func bytes() throws(AuditError) -> [UInt8] {
        let json: CanonicalJSON = .object([
            "hash": .string(checkpoint.hash.hexadecimal), "instance": .string(instance),
            "key": .string(checkpoint.key), "sequence": .integer(Int128(checkpoint.sequence)),
            "signature": .string(Data(checkpoint.signature).base64EncodedString()),
            "time": .string(checkpoint.time),
        ])
        return Array((try json.encoded() + "\n").utf8)
    }

    /// Reads a line; `nil` unless it is, byte for byte, one that ``bytes()`` gives.
    init?(parsing line: [UInt8]) {
        guard case .object(let members)? = try? CanonicalJSON(parsing: String(decoding: line, as: UTF8.self)),
            case .string(let instance)? = members["instance"], case .integer(let sequence)? = members["sequence"],
            case .string(let digits)? = members["hash"], case .string(let time)? = members["time"],
            case .string(let key)? = members["key"], case .string(let base64)? = members["signature"],
            let sequence = Int64(exactly: sequence), let hash = [UInt8](hexadecimal: digits), hash.count == 32,
            let signature = Data(base64Encoded: base64)
        else { return nil }
        self.init(
            instance: instance,
            checkpoint: AuditCheckpoint(
                sequence: sequence, hash: hash, time: time, key: key, signature: Array(signature)))
        guard (try? bytes()) == line + [UInt8(ascii: "\n")] else { return nil }
    }
}
