extension IPAddress {
    /// What an address is for.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Any machine of the Internet.
        case global

        /// This machine.
        case loopback

        /// A machine of the local network: RFC 1918, RFC 4193 and the local prefix of RFC 8215.
        case `private`

        /// A machine behind a provider's translation: RFC 6598.
        case shared

        /// A machine on the same link, such as a cloud provider's metadata service.
        case linkLocal = "link-local"

        /// Many machines.
        case multicast

        /// None: on many systems this machine.
        case unspecified

        /// Only for examples.
        case documentation

        /// Nothing that a dataset could come from.
        case reserved
    }

    /// What the address is for, by IANA's registries of special-purpose addresses (RFC 6890).
    ///
    /// An IPv6 address that stands for one of version 4 (mapped, translated, 6to4) is what that one is.
    package var kind: Kind {
        switch self {
        case .v4(let number): IPAddress.kind(number)
        case .v6(let number): IPAddress.kind(number)
        }
    }

    private static func kind(_ number: UInt32) -> Kind {
        let entry = versionFour.first { number >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
        return entry?.kind ?? .global
    }

    private static func kind(_ number: UInt128) -> Kind {
        let low = UInt32(truncatingIfNeeded: number)
        switch number >> 32 {
        case 0 where number == 0: return .unspecified
        case 0 where number == 1: return .loopback
        // IPv4-compatible, given up long ago (RFC 4291, section 2.5.5.1).
        case 0: return kind(low) == .global ? .reserved : kind(low)
        // Mapped (RFC 4291), translated (RFC 2765), and NAT64's well-known prefix (RFC 6052).
        case 0xFFFF, 0xFFFF_0000, 0x64_FF9B << 64: return kind(low)
        default: break
        }
        // 6to4 (RFC 3056), no longer in use (RFC 7526).
        if number >> 112 == 0x2002 {
            let embedded = kind(UInt32(truncatingIfNeeded: number >> 80))
            return embedded == .global ? .reserved : embedded
        }
        let entry = versionSix.first { number >> (128 - $0.length) == $0.prefix >> ($0.width - $0.length) }
        if let entry { return entry.kind }
        // All that is given out so far is in 2000::/3.
        return number >> 125 == 0b001 ? .global : .reserved
    }

    private static let versionFour: [(prefix: UInt32, length: Int, kind: Kind)] = [
        (0x0000_0000, 32, .unspecified), (0x0000_0000, 8, .reserved), (0x0A00_0000, 8, .private),
        (0x6440_0000, 10, .shared), (0x7F00_0000, 8, .loopback),
        // Azure's platform, which each of its machines reaches and which gives it what it is to know: no registry has it.
        (0xA83F_8110, 32, .linkLocal), (0xA9FE_0000, 16, .linkLocal),
        (0xAC10_0000, 12, .private), (0xC000_0000, 24, .reserved), (0xC000_0200, 24, .documentation),
        (0xC058_6300, 24, .reserved), (0xC0A8_0000, 16, .private), (0xC612_0000, 15, .reserved),
        (0xC633_6400, 24, .documentation), (0xCB00_7100, 24, .documentation), (0xE000_0000, 4, .multicast),
        (0xF000_0000, 4, .reserved),
    ]

    /// Prefixes by their first `width` bits.
    private static let versionSix: [(prefix: UInt128, width: Int, length: Int, kind: Kind)] = [
        // NAT64 for local use.
        (0x0064_FF9B_0001, 48, 48, .private),
        // Documentation lies outside of the protocol assignments below, whose first 2^105 it would else be.
        (0x2001_0DB8, 32, 32, .documentation), (0x2001_0000, 32, 23, .reserved), (0x3FFF_0000, 32, 20, .documentation),
        (0xFC00, 16, 7, .private), (0xFE80, 16, 10, .linkLocal), (0xFEC0, 16, 10, .private),
        (0xFF00, 16, 8, .multicast),
    ]
}
