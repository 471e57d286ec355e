import HTTPTransfer
import Testing

@Suite("Addresses")
struct IPAddressTests {
    @Test(
        "An address is for what IANA's registries say",
        arguments: [
            ("8.8.8.8", IPAddress.Kind.global), ("1.0.0.0", .global), ("223.255.255.255", .global),
            ("0.0.0.0", .unspecified), ("0.0.0.1", .reserved), ("0.255.255.255", .reserved),
            ("9.255.255.255", .global), ("10.0.0.0", .private), ("10.255.255.255", .private), ("11.0.0.0", .global),
            ("100.63.255.255", .global), ("100.64.0.0", .shared), ("100.127.255.255", .shared),
            ("100.128.0.0", .global), ("126.255.255.255", .global), ("127.0.0.1", .loopback),
            ("127.255.255.255", .loopback), ("128.0.0.0", .global), ("169.253.255.255", .global),
            ("169.254.169.254", .linkLocal), ("168.63.129.16", .linkLocal), ("168.63.129.17", .global),
            ("::ffff:168.63.129.16", .linkLocal), ("169.255.0.0", .global), ("172.15.255.255", .global),
            ("172.16.0.0", .private), ("172.31.255.255", .private), ("172.32.0.0", .global), ("192.0.0.8", .reserved),
            ("192.0.1.0", .global), ("192.0.2.1", .documentation), ("192.0.3.0", .global), ("192.88.99.1", .reserved),
            ("192.167.255.255", .global), ("192.168.0.0", .private), ("192.169.0.0", .global),
            ("198.17.255.255", .global), ("198.18.0.0", .reserved), ("198.19.255.255", .reserved),
            ("198.20.0.0", .global), ("198.51.100.9", .documentation), ("203.0.113.9", .documentation),
            ("224.0.0.1", .multicast), ("239.255.255.255", .multicast), ("240.0.0.1", .reserved),
            ("255.255.255.255", .reserved),
            ("::", .unspecified), ("::1", .loopback), ("::2", .reserved), ("::7f00:1", .loopback),
            ("::10.0.0.1", .private), ("::8.8.8.8", .reserved), ("::ffff:127.0.0.1", .loopback),
            ("::ffff:10.1.2.3", .private), ("::ffff:a9fe:a9fe", .linkLocal), ("::ffff:8.8.8.8", .global),
            ("::ffff:0:192.168.1.1", .private), ("::ffff:0:8.8.8.8", .global),
            ("64:ff9b::7f00:1", .loopback), ("64:ff9b::169.254.169.254", .linkLocal), ("64:ff9b::8.8.8.8", .global),
            ("64:ff9b::1:0:0", .reserved), ("64:ff9b:1::1", .private), ("100::1", .reserved),
            ("2001::1", .reserved), ("2001:1ff:ffff::1", .reserved), ("2001:200::1", .global),
            ("2001:db8::1", .documentation), ("2001:db9::1", .global), ("2002:7f00:1::1", .loopback),
            ("2002:c0a8:101::1", .private), ("2002:808:808::1", .reserved), ("2003::1", .global),
            ("2606:4700::1111", .global), ("3ffe::1", .global), ("3fff::1", .documentation),
            ("3fff:fff::1", .documentation), ("3fff:1000::1", .global), ("4000::1", .reserved), ("5f00::1", .reserved),
            ("fbff::1", .reserved), ("fc00::1", .private), ("fdff::1", .private), ("fe00::1", .reserved),
            ("fe80::1", .linkLocal), ("febf::1", .linkLocal), ("fec0::1", .private), ("ff02::1", .multicast),
        ])
    func kinds(text: String, kind: IPAddress.Kind) throws {
        let address = try #require(IPAddress(text))
        #expect(address.kind == kind)
        #expect(AddressRules().allows(address) == (kind == .global))
        let isLocal = [.global, .loopback, .private, .shared].contains(kind)
        #expect(AddressRules(allowsPrivate: true).allows(address) == isLocal)
    }

    @Test(
        "Only the usual spelling is one",
        arguments: [
            "", "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "127.0.0.1 ", "[::1]", "::1%lo", "localhost",
        ])
    func spelling(text: String) {
        #expect(IPAddress(text) == nil)
    }
}
