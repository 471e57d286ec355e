import TextNormalization

/// Where words begin and end in any script.
///
/// Hyperscan's own `\b` knows ASCII only, so that no word that begins or ends with another letter would be found.
enum WordBoundary {
    /// Whether neither neighbour of a range is part of a word.
    static func surrounds(_ range: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if range.lowerBound > 0, isWordPart(UTF8Scalars.scalar(before: range.lowerBound, in: bytes)) { return false }
        guard range.upperBound < bytes.count else { return true }
        return !isWordPart(UTF8Scalars.scalar(at: range.upperBound, in: bytes).value)
    }

    private static func isWordPart(_ value: UInt32) -> Bool {
        switch Unicode.Scalar(value)?.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation:
            true
        default: false
        }
    }
}
