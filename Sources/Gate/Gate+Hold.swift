import Crypto
import Foundation
import Storage

/// A cleared file that is open and has the recorded hash: what is read through it is what was verified.
///
/// The vault replaces cleared files by rename and never writes into one, so an open descriptor keeps its bytes.
package final class HeldFile {
    /// The open file, at its beginning.
    package let descriptor: Int32

    /// Opens and verifies a file.
    ///
    /// - Returns: `nil` where its bytes have another SHA-256.
    /// - Throws: `StorageError` where it cannot be read.
    package init?(path: String, sha256: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw StorageError(.readFailed, "the cleared file cannot be opened", path: path)
        }
        var hasher = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw StorageError(.readFailed, "the cleared file cannot be read", path: path)
            }
            if count == 0 { break }
            hasher.update(data: buffer[..<count])
        }
        guard hexadecimal(hasher.finalize()) == sha256, lseek(descriptor, 0, SEEK_SET) == 0 else { return nil }
    }

    deinit {
        close(descriptor)
    }

    /// Becomes another program, which gets the file as descriptor 3 and its path in place of `{}` and in
    /// `LETHE_CLEARED`.
    ///
    /// - Returns: only if the program cannot be started, the reason.
    package func execute(_ command: [String], environment: [String: String]) -> String {
        let target: Int32 = 3
        if descriptor == target {
            _ = fcntl(target, F_SETFD, 0)
        } else if dup2(descriptor, target) < 0 {
            return String(cString: strerror(errno))
        }
        let place = "/dev/fd/\(target)"
        for (name, value) in environment { setenv(name, value, 1) }
        setenv("LETHE_CLEARED", place, 1)
        let arguments = command.map { $0 == "{}" ? place : $0 }
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        pointers.append(nil)
        if let program = pointers[0] { execvp(program, pointers) }
        return String(cString: strerror(errno))
    }
}
