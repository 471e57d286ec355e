import CLinux
import Glibc

/// The way to journald: entries as datagrams, those that are too big for one as sealed files in memory.
final class JournalSocket: Sendable {
    /// Where journald listens.
    static let standardPath = "/run/systemd/journal/socket"

    private let socket: DatagramSocket

    /// Creates the socket; journald need not run yet.
    ///
    /// - Parameters:
    ///   - path: Where journald listens.
    ///   - timeout: How long an entry may wait for a journald that does not read, in microseconds.
    init(path: String = standardPath, timeout: Int = 1_000_000) throws(SystemdError) {
        socket = try DatagramSocket(to: SocketAddress(path), timeout: timeout)
    }

    /// Sends one entry in the native protocol; returns whether journald got it.
    func send(_ entry: [UInt8]) -> Bool {
        switch socket.send(entry) {
        case 0: true
        case EMSGSIZE, ENOBUFS: sendAsFile(entry)
        default: false
        }
    }

    /// The seals promise journald that nobody changes the file while it reads: it refuses a file without them.
    private func sendAsFile(_ entry: [UInt8]) -> Bool {
        let file = lethe_memfd_create("lethe-journal")
        guard file >= 0 else { return false }
        defer { close(file) }
        return writeAll(entry, to: file) && lethe_memfd_seal(file) == 0 && socket.send(descriptor: file) == 0
    }
}

/// Writes all bytes; returns whether that went well.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
