import Foundation
import TestSupport

/// A service manager's end of sd_notify(3): a datagram socket that the daemon writes to.
final class NotifySocket {
    /// The socket's path, for `NOTIFY_SOCKET`.
    let path: String

    private let descriptor: Int32
    private let folder: TemporaryFolder
    private(set) var messages: [String] = []

    struct Silence: Error, CustomStringConvertible {
        let description: String
    }

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("notify")
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        var limit = timeval(tv_sec: 300, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard isBound else { throw Silence(description: "the notify socket cannot be bound") }
    }

    deinit {
        close(descriptor)
    }

    /// Blocks until a message holds a text; fails after five minutes of silence.
    @discardableResult
    func wait(for text: String) throws -> String {
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw Silence(description: "no message with \(text) came; there were \(messages)") }
            let message = String(decoding: buffer[..<count], as: UTF8.self)
            messages.append(message)
            if message.contains(text) { return message }
        }
    }
}
