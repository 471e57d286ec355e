import AuditLog
import Foundation
import Storage

/// How far an export has come: the file that `--checkpoint` names.
struct ExportState: Codable, Equatable {
    /// The instance id of the ledger.
    var instance: String

    /// The last record that was looked at, 0 before the first.
    var sequence: Int64

    /// That record's hash.
    var hash: String

    /// The format of the output.
    var format: String

    /// The conditions as they were written.
    var conditions: [String: String]

    /// The file that is appended to; `nil` for standard output.
    var output: String?

    /// How many bytes of that file are whole.
    var offset: Int64?

    /// Where reading goes on.
    var position: AuditPosition {
        get { AuditPosition(instance: instance, anchor: AuditAnchor(sequence: sequence, hash: hash)) }
        set {
            instance = newValue.instance
            sequence = newValue.anchor.sequence
            hash = newValue.anchor.hash
        }
    }

    /// Begins at a position.
    init(position: AuditPosition, format: String, conditions: [String: String]) {
        instance = position.instance
        sequence = position.anchor.sequence
        hash = position.anchor.hash
        self.format = format
        self.conditions = conditions
    }

    /// Reads a state; `nil` if there is no file yet.
    static func load(_ path: String) throws -> ExportState? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path),
            let state = try? JSONDecoder().decode(ExportState.self, from: data)
        else {
            throw StorageError(
                .readFailed, "this is no checkpoint of an export", remedy: "Give another file", path: path)
        }
        return state
    }

    /// Puts the state in the file's place, in one step.
    func save(_ path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(try encoder.encode(self) + Data("\n".utf8), to: path, mode: 0o640)
    }
}

/// The file that an export appends to.
final class ExportFile {
    /// Its absolute path.
    let path: String

    private let descriptor: CInt

    /// Opens the file, and makes it if it is not there.
    init(_ path: String) throws(StorageError) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Self.failure("cannot open", path) }
    }

    deinit { close(descriptor) }

    /// Cuts off what is behind an offset, and goes on from there.
    func begin(at offset: Int64) throws(StorageError) {
        guard ftruncate(descriptor, off_t(offset)) == 0, lseek(descriptor, off_t(offset), SEEK_SET) == offset else {
            throw Self.failure("cannot truncate", path)
        }
    }

    /// How many bytes it has.
    func size() throws(StorageError) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw StorageError(.notRegularFile, "this is no regular file", remedy: "Name a file", path: path)
        }
        return Int64(status.st_size)
    }

    /// Appends bytes.
    func write(_ data: Data) throws {
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: data)
    }

    /// Puts what was written, and the file's name, on the disk.
    func flush() throws(StorageError) {
        let folder = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY)
        defer { if folder >= 0 { close(folder) } }
        guard fsync(descriptor) == 0, folder >= 0, fsync(folder) == 0 else { throw Self.failure("cannot flush", path) }
    }

    private static func failure(_ what: String, _ path: String) -> StorageError {
        StorageError(.writeFailed, "\(what): \(String(cString: strerror(errno)))", path: path)
    }
}

/// Keeps a second export with the same checkpoint from running.
final class ExportLock {
    private let descriptor: CInt

    init(checkpoint: String) throws(StorageError) {
        let path = checkpoint + ".lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno == EWOULDBLOCK ? "another export uses it" : String(cString: strerror(errno))
            throw StorageError(.writeFailed, "the checkpoint cannot be locked: \(reason)", path: path)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
