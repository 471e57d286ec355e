/// A point of the chain that is known from elsewhere: a record's number and its hash.
package struct AuditAnchor: Sendable, Hashable, CustomStringConvertible {
    /// The record's number; 0 stands for the chain's beginning, before any record.
    package var sequence: Int64

    /// The record's hash: SHA-256, 64 lower-case hexadecimal digits.
    package var hash: String

    /// Creates an anchor.
    package init(sequence: Int64, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }

    /// Reads `SEQUENCE:HASH`; `nil` for anything else.
    package init?(parsing text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let sequence = Int64(parts[0])
        else { return nil }
        let hash = parts[1].lowercased()
        guard Self.isDigest(hash) else { return nil }
        self.init(sequence: sequence, hash: hash)
    }

    package var description: String { "\(sequence):\(hash)" }

    /// Whether a text is a SHA-256 in lower-case hexadecimal digits.
    static func isDigest(_ text: String) -> Bool { text.utf8.count == 64 && isHexadecimal(text) }

    /// Whether a text has only lower-case hexadecimal digits.
    static func isHexadecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
