import Foundation

/// A small file that appears under its name whole or not at all, and is on the disk when it has appeared.
struct DurableFile {
    /// The name it has.
    let path: String

    /// What it is called in errors, such as `the head file`.
    let name: String

    /// The code of its errors.
    let code: AuditError.Code

    /// Puts bytes in the file's place.
    ///
    /// - Parameters:
    ///   - bytes: What it is to hold.
    ///   - mode: Its permissions, whatever the umask is.
    ///   - model: A file whose owner and group it gets, as far as the process may give files away.
    func replace(with bytes: [UInt8], mode: mode_t, ownedLike model: String) throws(AuditError) {
        try write(bytes, mode: mode, ownedLike: model) { temporary throws(AuditError) in
            guard rename(temporary, path) == 0 else { throw failure("cannot be replaced") }
        }
    }

    /// Makes the file; one that is there stays, and is an error with code `file-exists`.
    func create(with bytes: [UInt8], mode: mode_t) throws(AuditError) {
        try write(bytes, mode: mode, ownedLike: nil) { temporary throws(AuditError) in
            defer { unlink(temporary) }
            guard link(temporary, path) == 0 else {
                guard errno == EEXIST else { throw failure("cannot be made") }
                throw AuditError(
                    .fileExists, "\(name) is there already", remedy: "Give another path; nothing is overwritten",
                    path: path)
            }
        }
    }

    /// Flushes a folder, so that the names in it are on the disk.
    func flushFolder() throws(AuditError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("lies in a folder that cannot be flushed") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("lies in a folder that cannot be flushed") }
    }

    /// An error that carries what the system call before it left in `errno`.
    func failure(_ what: String) -> AuditError {
        .system(code, "\(name) \(what)", remedy: "Check the space and the rights of its folder", path: path)
    }

    private func write(
        _ bytes: [UInt8], mode: mode_t, ownedLike model: String?, publish: (String) throws(AuditError) -> Void
    ) throws(AuditError) {
        let temporary = "\(path).\(UInt64.random(in: .min ... .max))"
        do throws(AuditError) {
            try writeAndFlush(bytes, to: temporary, mode: mode, ownedLike: model)
            try publish(temporary)
            try flushFolder()
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private func writeAndFlush(
        _ bytes: [UInt8], to path: String, mode: mode_t, ownedLike model: String?
    ) throws(AuditError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("cannot be written") }
        defer { close(descriptor) }
        if let model { Self.giveAway(descriptor, ownedLike: model) }
        // These files are a few hundred bytes: a short write means that the disk is full.
        guard fchmod(descriptor, mode) == 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count,
            fsync(descriptor) == 0
        else { throw failure("cannot be written") }
    }

    /// Gives a file the owner and group of another, so that what root replaces stays readable to the service.
    static func giveAway(_ descriptor: CInt, ownedLike model: String) {
        var status = stat()
        guard geteuid() == 0, stat(model, &status) == 0 else { return }
        _ = fchown(descriptor, status.st_uid, status.st_gid)
    }
}
