/// A text as it reads after normalization, with a map back to the bytes that it was made of.
package struct TextView: Sendable, Hashable {
    /// How a view came about.
    package enum Kind: Sendable, Hashable {
        /// NFKC, and no character that shows nothing.
        case clean

        /// Letters that look like Latin ones, and digits of other scripts, are the ASCII ones as well.
        case skeleton

        /// Digits and signs within words are the letters that they stand for as well.
        case leet
    }

    /// Bytes of the view that were not taken as they are.
    struct Piece: Sendable, Hashable {
        var start: Int
        var end: Int
        var originalStart: Int
        var originalEnd: Int
    }

    /// How it came about.
    package let kind: Kind

    /// UTF-8.
    package let bytes: [UInt8]

    /// In ascending order; what lies between two of them was taken as it is.
    let pieces: [Piece]

    /// The bytes of the original text that a range of this view was made of.
    ///
    /// A range that begins or ends within what one character became takes in that whole character.
    package func original(_ range: Range<Int>) -> Range<Int> {
        let start = originalStart(range.lowerBound)
        return start..<max(start, originalEnd(range.upperBound))
    }

    private func originalStart(_ offset: Int) -> Int {
        guard let piece = lastPiece(where: { $0.start <= offset }) else { return offset }
        return offset < piece.end ? piece.originalStart : piece.originalEnd + offset - piece.end
    }

    private func originalEnd(_ offset: Int) -> Int {
        guard let piece = lastPiece(where: { $0.start < offset }) else { return offset }
        return offset <= piece.end ? piece.originalEnd : piece.originalEnd + offset - piece.end
    }

    private func lastPiece(where isBefore: (Piece) -> Bool) -> Piece? {
        var (low, high) = (0, pieces.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(pieces[middle]) { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : pieces[low - 1]
    }
}
