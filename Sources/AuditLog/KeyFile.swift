import Foundation

/// Where private keys lie, and who may read them.
package enum KeyFile {
    /// The key of the service.
    package static let system = "/etc/lethe/checkpoint-key"

    /// More bytes than any key that is read here has.
    static let largestSize = 8192

    /// Chooses the key's file: the option, `LETHE_AUDIT_KEY`, systemd's credential if there is one, else the system's.
    ///
    /// An empty variable counts as not set.
    ///
    /// - Parameters:
    ///   - option: What the user gave on the command line or in the configuration.
    ///   - environment: The process's environment.
    ///   - exists: Whether a file is there.
    /// - Returns: The path.
    package static func resolve(
        option: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
        exists: (String) -> Bool = { FileManager.default.fileExists(atPath: $0) }
    ) -> String {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let path = option ?? variable("LETHE_AUDIT_KEY") { return path }
        if let folder = variable("CREDENTIALS_DIRECTORY"), exists(folder + "/checkpoint-key") {
            return folder + "/checkpoint-key"
        }
        return system
    }

    /// The file as one that is written in one step.
    static func durable(_ path: String) -> DurableFile {
        DurableFile(path: path, name: "the key file", code: .keyFile)
    }

    /// Reads a private key's file, unless others than its owner may use it.
    static func read(_ path: String, environment: [String: String]) throws(AuditError) -> String {
        // O_NONBLOCK: a FIFO must not hold the daemon's start up.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .system(
                .keyFile, "the key file cannot be opened",
                remedy: "Make one with lethe audit key create, or give its path with --key", path: path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= largestSize else {
            throw AuditError(.keyFile, "the key file is no regular file of a key's size", path: path)
        }
        // systemd's credentials are 0400, or 0440 where an access list lets the service's user read them.
        let forbidden: mode_t = isCredential(path, environment) ? 0o037 : 0o077
        guard status.st_mode & forbidden == 0 else {
            throw AuditError(
                .keyExposed, "others than its owner may use the key file",
                remedy: "Set its mode to 0600, and rotate the key if somebody may have read it", path: path)
        }
        var bytes = [UInt8](repeating: 0, count: largestSize)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw .system(.keyFile, "the key file cannot be read", path: path) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    private static func isCredential(_ path: String, _ environment: [String: String]) -> Bool {
        guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty,
            let resolvedFolder = resolved(folder), let resolvedPath = resolved(path)
        else { return false }
        return resolvedPath.hasPrefix(resolvedFolder + "/")
    }

    private static func resolved(_ path: String) -> String? {
        guard let buffer = realpath(path, nil) else { return nil }
        defer { free(buffer) }
        return String(cString: buffer)
    }
}
