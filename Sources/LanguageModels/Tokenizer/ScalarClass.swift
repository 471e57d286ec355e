/// What the pre-tokenizers' patterns tell apart: `\p{L}`, `\p{N}`, `\s`, and the rest.
enum ScalarClass: UInt8, Sendable {
    case other, letter, number, whitespace

    /// The class of a scalar by its Unicode properties.
    init(_ scalar: Unicode.Scalar) {
        if scalar.properties.isWhitespace {
            self = .whitespace
            return
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
        case .decimalNumber, .letterNumber, .otherNumber: self = .number
        default: self = .other
        }
    }
}

/// The classes of all scalars, two bits each.
struct ScalarClassTable: Sendable {
    /// The table, made at first use.
    static let shared = ScalarClassTable()

    /// Planes 0 to 3; the planes above hold no letter, number or whitespace.
    private static let limit: UInt32 = 0x4_0000

    private let packed: [UInt8]

    private init() {
        var packed = [UInt8](repeating: 0, count: Int(Self.limit) / 4)
        for value in 0..<Self.limit {
            guard let scalar = Unicode.Scalar(value) else { continue }
            packed[Int(value >> 2)] |= ScalarClass(scalar).rawValue << UInt8((value & 3) * 2)
        }
        self.packed = packed
    }

    /// The class of a scalar value.
    @inline(__always)
    subscript(value: UInt32) -> ScalarClass {
        guard value < Self.limit else { return .other }
        let bits = packed[Int(value >> 2)] >> UInt8((value & 3) &* 2) & 3
        return ScalarClass(rawValue: bits) ?? .other
    }
}
