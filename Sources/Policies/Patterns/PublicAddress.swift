import Foundation

/// Addresses that are routed on the Internet.
enum PublicAddress {
    /// Whether a text is an IPv4 or IPv6 address outside the special-purpose registries of IANA (RFC 6890), or a link to
    /// one.
    static func isPublic(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = String(decoding: LinkHost.afterLogin(text), as: UTF8.self)
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return isPublic(UInt32(bigEndian: four.s_addr)) }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return false }
        return withUnsafeBytes(of: six) { isPublic(Array($0)) }
    }

    private static func isPublic(_ address: UInt32) -> Bool {
        let special: [(UInt32, Int)] = [
            (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16),
            (0xAC10_0000, 12), (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16),
            (0xC612_0000, 15), (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
        ]
        return !special.contains { address >> UInt32(32 - $0.1) == $0.0 >> UInt32(32 - $0.1) }
    }

    /// Global unicast is 2000::/3; in it, documentation, benchmarks, ORCHID, Teredo and 6to4 are no host's own.
    private static func isPublic(_ address: [UInt8]) -> Bool {
        guard address.count == 16, address[0] & 0xE0 == 0x20 else { return false }
        if address.starts(with: [0x20, 0x01, 0x0D, 0xB8]) || address.starts(with: [0x20, 0x02]) { return false }
        if address.starts(with: [0x3F, 0xFF]) && address[2] < 0x10 { return false }
        return !(address.starts(with: [0x20, 0x01]) && address[2] < 0x02)
    }
}
