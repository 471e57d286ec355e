import CLibcurl
import Foundation

/// An IP address.
package enum IPAddress: Sendable, Hashable {
    /// Of version 4, in the host's byte order.
    case v4(UInt32)

    /// Of version 6, in the host's byte order.
    case v6(UInt128)

    /// Reads the one canonical spelling of each version (inet_pton(3)): no octal, hexadecimal or shortened numbers.
    package init?(_ text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self = .v4(UInt32(bigEndian: v4.s_addr))
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            self = .v6(IPAddress.number(withUnsafeBytes(of: v6) { Array($0) }))
        } else {
            return nil
        }
    }

    /// The address that a socket would be connected to; `nil` where the family is another one.
    ///
    /// - Parameters:
    ///   - address: as connect(2) takes it.
    ///   - length: how many bytes it has.
    init?(_ address: UnsafePointer<sockaddr>, length: Int) {
        let raw = UnsafeRawBufferPointer(start: address, count: length)
        switch Int32(address.pointee.sa_family) {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            // Family and port stand before it: ip(7).
            self = .v4(UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            // Family, port and flow stand before it: ipv6(7).
            self = .v6(IPAddress.number(raw[8..<24]))
        default: return nil
        }
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> UInt128 {
        bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }
}
