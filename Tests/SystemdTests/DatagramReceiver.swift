import CLinux
import Glibc
import Systemd
import Testing

/// The other end of a datagram socket: a service manager or a journal that the test plays.
final class DatagramReceiver {
    private let descriptor: Int32

    /// Listens at an address as systemd writes it.
    init(at address: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        // A datagram that never comes fails the test instead of hanging it.
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let status = try SocketAddress(address).bind(descriptor)
        try #require(status == 0, "bind: errno \(errno)")
    }

    deinit {
        close(descriptor)
    }

    /// Receives one datagram.
    func receive() throws -> [UInt8] {
        try receiveWithDescriptor().bytes
    }

    /// Receives one datagram as text.
    func receiveText() throws -> String {
        try #require(String(validating: receive(), as: UTF8.self))
    }

    /// Receives one datagram and the descriptor in it, which the caller closes; -1 if there is none.
    func receiveWithDescriptor() throws -> (bytes: [UInt8], descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var file: Int32 = -1
        let count = lethe_receive_descriptor(descriptor, &buffer, buffer.count, &file, 0)
        try #require(count >= 0, "no datagram came: errno \(errno)")
        return (Array(buffer[..<count]), file)
    }

    /// Whether nothing has come.
    var isEmpty: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) < 0 && errno == EAGAIN
    }
}
