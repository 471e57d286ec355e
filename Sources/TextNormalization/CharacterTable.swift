import Foundation

/// What normalization does with each scalar, from the properties that Swift and Foundation know of Unicode.
struct CharacterTable: Sendable {
    /// What is done with a scalar.
    enum Treatment: UInt8 {
        /// It stands for itself.
        case plain

        /// A combining mark that composes with nothing before it.
        case mark

        /// It may compose with what stands before it (NFKC_QC=Maybe in UAX #15).
        case composing

        /// It shows nothing and is left out.
        case hidden

        /// NFKC makes something else of it.
        case mapped

        /// It stands for itself, but looks like an ASCII character.
        case confusable
    }

    static let shared = CharacterTable()

    /// Treatments by scalar, up to the supplementary ideographs.
    private let treatments: [UInt8]

    /// What NFKC makes of scalars that are `mapped`.
    private let mappings: [UInt32: [UInt32]]

    private static let limit: UInt32 = 0x30000

    private init() {
        var treatments = [UInt8](repeating: 0, count: Int(Self.limit))
        var mappings: [UInt32: [UInt32]] = [:]
        for value in 0x80..<Self.limit {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let properties = scalar.properties
            var treatment = Treatment.plain
            if properties.isDefaultIgnorableCodePoint {
                treatment = .hidden
            } else if properties.canonicalCombiningClass != .notReordered {
                treatment = .mark
            } else if Confusables.ascii(value) != nil {
                treatment = .confusable
            }
            if treatment != .hidden, properties.changesWhenNFKCCaseFolded {
                // Every scalar that NFKC changes has the property; so have capital letters, which it leaves alone.
                let text = String(Character(scalar))
                let mapped = text.precomposedStringWithCompatibilityMapping.unicodeScalars.map(\.value)
                if mapped != [value] {
                    treatment = .mapped
                    mappings[value] = mapped
                }
            }
            treatments[Int(value)] = treatment.rawValue
        }
        for range in Self.composing {
            for value in range { treatments[Int(value)] = Treatment.composing.rawValue }
        }
        self.treatments = treatments
        self.mappings = mappings
    }

    func treatment(of value: UInt32) -> Treatment {
        if value < Self.limit { return Treatment(rawValue: treatments[Int(value)]) ?? .plain }
        return 0xE0000...0xE0FFF ~= value ? .hidden : .plain
    }

    func mapping(of value: UInt32) -> [UInt32] { mappings[value] ?? [value] }

    func combiningClass(of value: UInt32) -> UInt8 {
        Unicode.Scalar(value)?.properties.canonicalCombiningClass.rawValue ?? 0
    }

    /// Scalars that may compose with the one before: second halves of primary composites, vowels and final consonants
    /// of conjoining Hangul, and the half-width sound marks of Katakana.
    private static let composing: [ClosedRange<UInt32>] = [
        0x300...0x304, 0x306...0x30C, 0x30F...0x30F, 0x311...0x311, 0x313...0x314, 0x31B...0x31B, 0x323...0x328,
        0x32D...0x32E, 0x330...0x331, 0x338...0x338, 0x340...0x345, 0x653...0x655, 0x93C...0x93C, 0x9BE...0x9BE,
        0x9D7...0x9D7, 0xB3E...0xB3E, 0xB56...0xB57, 0xBBE...0xBBE, 0xBD7...0xBD7, 0xC56...0xC56, 0xCC2...0xCC2,
        0xCD5...0xCD6, 0xD3E...0xD3E, 0xD57...0xD57, 0xDCA...0xDCA, 0xDCF...0xDCF, 0xDDF...0xDDF, 0x102E...0x102E,
        0x1161...0x1175, 0x11A8...0x11C2, 0x1B35...0x1B35, 0x3099...0x309A, 0xFF9E...0xFF9F, 0x110BA...0x110BA,
        0x11127...0x11127, 0x1133E...0x1133E, 0x11357...0x11357, 0x114B0...0x114B0, 0x114BA...0x114BA,
        0x114BD...0x114BD, 0x115AF...0x115AF, 0x11930...0x11930,
    ]
}
