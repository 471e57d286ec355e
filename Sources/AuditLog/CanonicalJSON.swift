/// A JSON value with one byte sequence for each value, so that it can be hashed.
///
/// The encoding is that of RFC 8785 (JSON Canonicalization Scheme): no white space, members sorted by the UTF-16 code
/// units of their names, the shortest escapes, numbers as ECMAScript prints them. It differs in one thing: an integer
/// is written with all its digits, also beyond 2⁵³, because a seed takes 64 bits.
package enum CanonicalJSON: Sendable, Hashable {
    /// The literal `null`.
    case null

    /// A truth value.
    case bool(Bool)

    /// A whole number; every `Int64` and `UInt64` fits.
    case integer(Int128)

    /// A finite number; encoding one that is not finite throws.
    case number(Double)

    /// A text.
    case string(String)

    /// A list.
    case array([CanonicalJSON])

    /// Named members.
    case object([String: CanonicalJSON])

    /// A whole number.
    package static func integer(_ value: Int) -> CanonicalJSON { .integer(Int128(value)) }

    /// The canonical text.
    ///
    /// - Throws: ``AuditError`` with code `invalid-record` for a number that is not finite.
    package func encoded() throws(AuditError) -> String {
        var bytes: [UInt8] = []
        try encode(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the canonical text in UTF-8 to `bytes`.
    ///
    /// - Throws: ``AuditError`` with code `invalid-record` for a number that is not finite.
    package func encode(into bytes: inout [UInt8]) throws(AuditError) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .number(let value): bytes += try Self.format(value).utf8
        case .string(let value): Self.quote(value, into: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                try element.encode(into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, name) in Self.sorted(members.keys).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.quote(name, into: &bytes)
                bytes.append(UInt8(ascii: ":"))
                try members[name]?.encode(into: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// The value on several lines, indented by two spaces, for people; members in canonical order.
    ///
    /// - Throws: ``AuditError`` with code `invalid-record` for a number that is not finite.
    package func pretty(indent: String = "") throws(AuditError) -> String {
        let inner = indent + "  "
        var lines: [String] = []
        switch self {
        case .array(let elements) where !elements.isEmpty:
            for element in elements { lines.append(inner + (try element.pretty(indent: inner))) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members) where !members.isEmpty:
            for name in Self.sorted(members.keys) {
                let value = try (members[name] ?? .null).pretty(indent: inner)
                lines.append(inner + (try CanonicalJSON.string(name).encoded()) + ": " + value)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        default:
            return try encoded()
        }
    }

    private static func sorted(_ names: some Collection<String>) -> [String] {
        names.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
    }

    private static func quote(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0x00..<0x20:
                bytes += "\\u00".utf8
                bytes.append(hexDigits[Int(byte >> 4)])
                bytes.append(hexDigits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}
