import Glibc

/// A regular file mapped read-only into memory; the mapping lasts as long as the object.
///
/// A file that is cut short while it is mapped makes the process receive SIGBUS on access: model files are replaced by
/// rename, never written in place.
final class MappedFile: Sendable {
    /// The path as the caller gave it.
    let path: String

    // SAFETY: the mapping is read-only and private, and it is unmapped only in `deinit`.
    private nonisolated(unsafe) let base: UnsafeRawPointer?
    private let count: Int

    /// The file's bytes; valid while this object lives.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Maps the file at `path`, which must be a regular file or a symbolic link to one.
    init(path: String) throws(GGUFError) {
        self.path = path
        // O_NONBLOCK keeps a FIFO without a writer from blocking the call; it means nothing for a regular file.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.failure("cannot open the model file", errno, path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure("cannot read the model file", errno, path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw GGUFError(
                .notRegularFile, "the model is not a regular file", remedy: "Give the path of a .gguf file", path: path)
        }
        count = Int(status.st_size)
        guard count > 0 else {
            base = nil
            return
        }
        guard let mapped = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), mapped != MAP_FAILED else {
            throw Self.failure("cannot map the model file", errno, path)
        }
        base = UnsafeRawPointer(mapped)
    }

    deinit {
        if let base { munmap(UnsafeMutableRawPointer(mutating: base), count) }
    }

    private static func failure(_ message: String, _ number: Int32, _ path: String) -> GGUFError {
        let reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
        return GGUFError(
            .cannotOpen, "\(message): \(reason)", remedy: "Check the path and its permissions, or run make setup",
            path: path)
    }
}
