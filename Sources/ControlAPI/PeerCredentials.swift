import Foundation
import NIOCore

/// Who is at the other end of a Unix socket, as the kernel tells it (unix(7), SO_PEERCRED).
struct PeerCredentials: Sendable, Hashable {
    var pid: Int32
    var uid: UInt32
    var gid: UInt32

    /// Asks the kernel; `nil` where the channel is no Unix socket.
    static func of(_ channel: any Channel) async throws -> PeerCredentials? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        // `struct ucred` of unix(7): three 32-bit numbers.
        let raw: (Int32, UInt32, UInt32) = try await provider.unsafeGetSocketOption(
            level: SocketOptionLevel(SOL_SOCKET), name: SocketOptionName(SO_PEERCRED)
        ).get()
        return PeerCredentials(pid: raw.0, uid: raw.1, gid: raw.2)
    }

    /// The user's name; `nil` for a number without one.
    var userName: String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name
        else { return nil }
        return String(cString: name)
    }

    /// The user as records name them.
    var actor: String { userName.map { "uid:\(uid) (\($0))" } ?? "uid:\(uid)" }

    /// Whether the user may change state.
    ///
    /// - Parameter operators: users, by name or number; whoever may connect if it is empty.
    func mayChange(_ operators: [String]) -> Bool {
        if operators.isEmpty || uid == 0 || uid == geteuid() { return true }
        return operators.contains(String(uid)) || userName.map(operators.contains) == true
    }
}
