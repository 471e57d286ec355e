/// Which addresses a request may be connected to.
///
/// They are asked about the very address of each connection, so that neither a name that leads elsewhere at its second
/// look-up nor an unusual spelling gets around them.
package struct AddressRules: Sendable, Hashable {
    /// Whether this machine and the local network may be reached.
    package var allowsPrivate: Bool

    /// Creates rules.
    package init(allowsPrivate: Bool = false) {
        self.allowsPrivate = allowsPrivate
    }

    /// Whether a connection may be made.
    ///
    /// Links, groups and addresses that are no machine's are never reached: on a link lies what hands out a cloud
    /// machine's credentials.
    package func allows(_ address: IPAddress) -> Bool {
        switch address.kind {
        case .global: true
        case .loopback, .private, .shared: allowsPrivate
        case .linkLocal, .multicast, .unspecified, .documentation, .reserved: false
        }
    }
}
