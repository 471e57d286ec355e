/// The id that a dataset gets when it is taken out of the inbox: a ULID, 26 characters whose order is that of time.
///
/// 48 bits of milliseconds since 1970 and 80 random bits, in Crockford's base 32 (github.com/ulid/spec).
package struct DatasetID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The 26 characters.
    package let description: String

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// Makes an id of a moment.
    package init(milliseconds: UInt64, using random: inout some RandomNumberGenerator) {
        var value = UInt128(milliseconds & 0xFFFF_FFFF_FFFF) << 80
        value |= UInt128(UInt64.random(in: .min ... .max, using: &random)) << 16
        value |= UInt128(UInt16.random(in: .min ... .max, using: &random))
        var characters: [UInt8] = []
        for shift in stride(from: 125, through: 0, by: -5) {
            characters.append(DatasetID.alphabet[Int(truncatingIfNeeded: value >> UInt128(shift)) & 31])
        }
        description = String(decoding: characters, as: UTF8.self)
    }

    /// Reads an id; lower case is accepted, anything that is no ULID gives `nil`.
    package init?(_ text: String) {
        // By bytes: letters outside ASCII have capitals inside it.
        let upper = text.utf8.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 32 : $0 }
        guard upper.count == 26, upper.allSatisfy(DatasetID.alphabet.contains), upper[0] <= UInt8(ascii: "7") else {
            return nil
        }
        description = String(decoding: upper, as: UTF8.self)
    }

    package static func < (a: DatasetID, b: DatasetID) -> Bool { a.description < b.description }
}
