/// A character that shows nothing, in a place where no script needs it.
package struct HiddenCharacter: Sendable, Hashable {
    /// What such characters do.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Spaces and joiners without width.
        case zeroWidth = "zero_width"

        /// Controls that change the direction in which text is shown.
        case bidirectional

        /// Tag characters, an invisible copy of ASCII.
        case tag

        /// Selectors of a glyph that follow nothing which has such a glyph.
        case variationSelector = "variation_selector"

        /// Fillers, and the other characters that Unicode calls default ignorable.
        case filler
    }

    /// What it does.
    package var kind: Kind

    /// Its bytes in the text.
    package var bytes: Range<Int>
}

extension TextNormalizer {
    /// The characters of a text that show nothing where no script needs them, in order.
    ///
    /// Left out are joiners within emoji and beside the letters of scripts that join, marks of direction in lines with
    /// letters of a script that runs from right to left (but no override), variation selectors after characters that
    /// have them, zero-width spaces in scripts that write no spaces, flags made of tags, fillers beside Hangul, soft
    /// hyphens, and a byte order mark at the very beginning.
    ///
    /// - Parameter bytes: valid UTF-8.
    package static func hiddenCharacters(in bytes: UnsafeBufferPointer<UInt8>) -> [HiddenCharacter] {
        let start = UTF8Scalars.asciiEnd(from: 0, in: bytes)
        guard start < bytes.count else { return [] }
        var search = HiddenCharacterSearch(bytes: bytes)
        search.run(from: start)
        return search.found
    }
}
