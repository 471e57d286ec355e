import Glibc

/// The address of a Unix socket: a path, or a name in the abstract namespace (unix(7)).
package struct SocketAddress: Sendable {
    private let address: sockaddr_un
    private let length: socklen_t

    /// Reads an address as systemd writes it: an absolute path, or `@` and an abstract name.
    ///
    /// - Throws: `invalidSocketAddress` if it is neither, or longer than `sockaddr_un` can hold.
    package init(_ text: String) throws(SystemdError) {
        var bytes = Array(text.utf8)
        let isAbstract = bytes.first == UInt8(ascii: "@") && bytes.count > 1
        guard isAbstract || bytes.first == UInt8(ascii: "/"), !bytes.contains(0) else {
            throw SystemdError(
                .invalidSocketAddress, "the socket's address is neither an absolute path nor an abstract name",
                remedy: "Give a path that begins with '/', or a name that begins with '@'")
        }
        // A path ends in NUL; an abstract name has a NUL in place of its '@', and its length tells where it ends.
        if isAbstract { bytes[0] = 0 } else { bytes.append(0) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count <= capacity else {
            throw SystemdError(
                .invalidSocketAddress,
                "the socket's address has \(text.utf8.count) bytes, more than the \(capacity - 1) that Linux allows",
                remedy: "Give a shorter path")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        self.address = address
        length = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path)! + bytes.count)
    }

    /// Calls `body` with what bind(2) and sendto(2) want.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafeBytes(of: address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { body($0.baseAddress!, length) }
        }
    }

    /// Binds a socket to the address, as its receiver does; returns what bind(2) returns.
    package func bind(_ descriptor: Int32) -> Int32 {
        withPointer { Glibc.bind(descriptor, $0, $1) }
    }
}
