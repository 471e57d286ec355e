/// A way to write text so that a reader, or a filter, does not see what it says.
package enum CovertFamily: String, Sendable, Hashable, Codable, CaseIterable {
    /// Base64, base64url.
    case base64

    /// Base32 (RFC 4648).
    case base32

    /// Ascii85, RFC 1924 or Z85.
    case base85

    /// Hexadecimal bytes, however they are set apart.
    case hex

    /// Two symbols for the bits of bytes, or of five-bit letters (Bacon).
    case binary

    /// Decimal or octal character codes, or a letter's number in the alphabet.
    case decimal

    /// Percent, HTML, `\u` or `\x` escapes of ordinary letters.
    case escapes

    /// Caesar's shift by any number of letters, and rot47.
    case rotation

    /// The alphabet backwards.
    case atbash

    /// Any other alphabet: letters, numbers or signs that each stand for one letter, as in Walnut.
    case substitution

    /// The same sign between all characters.
    case delimited

    /// Morse code.
    case morse

    /// Pairs of coordinates in a square of letters.
    case polybius

    /// Characters in reverse order, of the whole or of each word.
    case reversed

    /// Rail fences, columns and interleaved texts.
    case transposed

    /// Pig Latin.
    case pigLatin = "pig-latin"

    /// Letters of unusual blocks: mathematical, circled, full-width, Braille, runes.
    case script

    /// Tag characters, variation selectors and characters without width.
    case invisible

    /// Bits in spaces and tabs.
    case whitespace

    /// A word of the message at the end of each line, as in EndSpeak.
    case lineEnds = "line-ends"

    /// A letter of the message at the beginning of each line, sentence or word.
    case acrostic
}

/// What a detector looks for, and how much of it counts.
package struct CovertSettings: Sendable, Hashable {
    /// The families that count.
    package var families = Set(CovertFamily.allCases)

    /// The shortest hidden text that counts, in characters; text that was not decoded counts from twice as many.
    package var minimumLength = 24

    /// The share of a dataset's rows from which rows that are encoded alike teach the encoding.
    package var datasetShare = 0.01

    /// Creates the default settings.
    package init() {}
}
