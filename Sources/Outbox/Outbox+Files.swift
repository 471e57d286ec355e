package import Foundation
import Storage

extension Outbox {
    /// The kinds of files in the folder, by what follows the id in their names.
    enum Kind: String, CaseIterable {
        case message = ".json"
        case attempts = ".attempt.json"
        case receipt = ".receipt.json"
    }

    func path(_ id: String, _ kind: Kind) -> String { "\(folder)/\(id)\(kind.rawValue)" }

    func exists(_ id: String, _ kind: Kind) -> Bool { access(path(id, kind), F_OK) == 0 }

    /// The ids that there are files of, by kind; names that are none of ours are passed over.
    func identifiers(_ kinds: [Kind]) throws(OutboxError) -> [Kind: Set<String>] {
        var identifiers: [Kind: Set<String>] = [:]
        for name in try names() {
            let id = name.prefix(26)
            guard OutboxMessage.isIdentifier(id), let kind = Kind(rawValue: String(name.dropFirst(26))),
                kinds.contains(kind)
            else { continue }
            identifiers[kind, default: []].insert(String(id))
        }
        return identifiers
    }

    /// Reads a file; `nil` if it does not exist.
    func read<Value: Decodable>(_ id: String, _ kind: Kind) throws(OutboxError) -> Value? {
        let bytes: [UInt8]
        do {
            // Each byte of a body takes at most six in JSON.
            bytes = try InputFile.contents(of: path(id, kind), limit: 6 * OutboxMessage.maximumBodyBytes + 4096)
        } catch {
            if error.code == .notFound { return nil }
            throw OutboxError(.readFailed, error)
        }
        guard let value = try? JSONDecoder().decode(Value.self, from: Data(bytes)) else {
            throw OutboxError(
                .malformedFile, "the file is not what the outbox writes", remedy: "Move the file out of the outbox",
                path: path(id, kind))
        }
        return value
    }

    func write(_ value: some Encodable, _ id: String, _ kind: Kind) throws(OutboxError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(value) else {
            throw OutboxError(.writeFailed, "cannot encode the file", path: path(id, kind))
        }
        do {
            try AtomicFile.write(bytes, to: path(id, kind), mode: 0o600)
        } catch {
            throw OutboxError(.writeFailed, error)
        }
    }

    /// Removes a message and the state of its attempts, durably.
    func removeMessage(_ id: String) throws(OutboxError) {
        try remove(id, .attempts)
        try remove(id, .message)
        try flush()
    }

    func remove(_ id: String, _ kind: Kind) throws(OutboxError) {
        guard unlink(path(id, kind)) == 0 || errno == ENOENT else {
            throw failure("remove", code: .writeFailed, path: path(id, kind))
        }
    }

    /// Makes removals durable.
    func flush() throws(OutboxError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", code: .writeFailed, path: folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("flush", code: .writeFailed, path: folder) }
    }

    /// Removes temporary files that a process left behind when it was killed.
    ///
    /// - Parameter time: only those last written before it, since the other process may be writing one now.
    package func removeAbandonedFiles(before time: Date) throws(OutboxError) {
        for name in try names() where name.hasPrefix(".lethe-") && name.hasSuffix(".tmp") {
            var information = stat()
            let path = "\(folder)/\(name)"
            guard lstat(path, &information) == 0, Double(information.st_mtim.tv_sec) < time.timeIntervalSince1970
            else { continue }
            unlink(path)
        }
    }

    private func names() throws(OutboxError) -> [String] {
        guard let stream = opendir(folder) else { throw failure("list", code: .readFailed, path: folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw failure("list", code: .readFailed, path: folder) }
                return names
            }
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
    }

    private func failure(_ what: String, code: OutboxError.Code, path: String) -> OutboxError {
        OutboxError(code, "cannot \(what): \(String(cString: strerror(errno)))", path: path)
    }
}
