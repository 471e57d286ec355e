/// The host in a link.
enum LinkHost {
    /// What stands in a link, or in a text that is no link, between scheme and login on the one side and port, path, query
    /// and fragment on the other.
    static func host(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        Array(afterLogin(text).prefix { $0 != UInt8(ascii: ":") })
    }

    /// The same with a port; an IPv6 address is whole.
    static func afterLogin(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var rest = Array(text)
        let scheme = Array("://".utf8)
        if let start = rest.indices.first(where: { rest[$0...].starts(with: scheme) }) {
            rest.removeFirst(start + scheme.count)
        }
        rest = Array(rest.prefix { !"/?#".utf8.contains($0) })
        if let at = rest.lastIndex(of: UInt8(ascii: "@")) { rest.removeFirst(at + 1) }
        return rest
    }
}
