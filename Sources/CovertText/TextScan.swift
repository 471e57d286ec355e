/// A piece of a text, at most a line or a hundred bytes and the rest of a word.
struct TextChunk: Sendable {
    /// How a piece looks by itself.
    enum Look: Sendable {
        /// Like English, or in letters of another living script.
        case plain

        /// Too short, or too much in between, to tell.
        case unclear

        /// Like no English.
        case odd
    }

    /// The piece's bytes in the text, with the space that ends it.
    var range: Range<Int>
    var look: Look
}

/// One pass over a text that finds what is worth a closer look.
struct TextScan {
    /// Stretches that do not look like English, with where they lie.
    private(set) var segments: [Range<Int>] = []

    /// Lines in all, the last one included.
    private(set) var lines = 1

    /// Lines that end in a space or a tab.
    private(set) var paddedLines = 0

    /// Tabs, and spaces after spaces.
    private(set) var wideGaps = 0

    /// Bytes that begin characters with no width or of unusual blocks, or that may.
    private(set) var rareLeads = 0

    /// Words that end in `ay`.
    private(set) var ayEndings = 0

    /// Letters of living scripts other than Latin.
    private(set) var living = 0

    /// Scans a text.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ tables: LanguageTables = .shared) {
        var chunks: [TextChunk] = []
        var start = 0
        var before: UInt8 = 0x0A
        tables.trigrams.withUnsafeBufferPointer { trigrams in
            tables.symbols.withUnsafeBufferPointer { symbols in
                while start < bytes.count {
                    chunks.append(next(bytes, &start, &before, trigrams, symbols, tables))
                }
            }
        }
        if before == 0x20 || before == 0x09 { paddedLines += 1 }
        join(chunks)
    }

    /// Reads the piece that begins at `start`, and moves `start` to its end.
    private mutating func next(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: inout Int, _ before: inout UInt8,
        _ trigrams: UnsafeBufferPointer<UInt8>, _ symbols: UnsafeBufferPointer<UInt8>, _ tables: LanguageTables
    ) -> TextChunk {
        let first = start
        let soft = first + 96
        var at = first
        var (a, b, sum, count, letters, other, marks, words, single) = (0, 0, 0, 0, 0, 0, 0, 0, 0)
        var previous = before
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            var symbol = Int(symbols[Int(byte)])
            if byte >= 0x80 {
                guard byte >= 0xC2 else { continue }
                if byte == 0xE1 || byte == 0xE2 || byte >= 0xEF || byte == 0xCD { rareLeads += 1 }
                let scalar = bytes.scalar(at: at - 1)
                if (0x300..<0x370).contains(scalar) { continue }
                symbol = Int(tables.symbol(ofScalar: scalar))
                if symbol == 0 {
                    if LivingScript(scalar) != nil { other += 1 } else { marks += 1 }
                }
            } else if symbol == 0, byte > 0x20 {
                marks += 1
            }
            if byte <= 0x20 {
                if byte == 0x0A {
                    lines += 1
                    if previous == 0x20 || previous == 0x09 { paddedLines += 1 }
                } else if byte == 0x09 || previous == 0x20 {
                    wideGaps += 1
                }
            }
            previous = byte
            if symbol != 0 || b != 0 {
                sum += Int(trigrams[(a * 27 + b) * 27 + symbol])
                count += 1
                if symbol != 0 {
                    letters += 1
                } else {
                    words += 1
                    if a == 0 { single += 1 } else if b == 25, a == 1 { ayEndings += 1 }
                }
                (a, b) = (b, symbol)
            }
            if byte == 0x0A || at >= soft && byte <= 0x20 { break }
        }
        before = previous
        start = at
        living += other
        var look = look(sum, count, letters: letters, marks: marks, other: other)
        // Words of one letter are few in every language; shuffled spaces leave many.
        if look == .plain || look == .unclear, single >= 4, single * 4 >= words { look = .odd }
        return TextChunk(range: first..<at, look: look)
    }

    private func look(_ cost: Int, _ count: Int, letters: Int, marks: Int, other: Int) -> TextChunk.Look {
        if other > letters + marks { return .plain }
        if letters + marks < 8 { return .unclear }
        if marks > letters { return .odd }
        if letters < 12 { return .unclear }
        let mean = Double(cost) * LanguageTables.unit / Double(count)
        return mean <= 2.75 ? .plain : mean <= 3.0 && letters < 24 ? .unclear : .odd
    }

    /// Joins neighbouring pieces that are not plain, if any of them is odd.
    private mutating func join(_ chunks: [TextChunk]) {
        var first: Int?
        var last = 0
        var isOdd = false
        for chunk in chunks {
            switch chunk.look {
            case .plain:
                if let start = first, isOdd { segments.append(start..<last) }
                (first, isOdd) = (nil, false)
            case .odd:
                first = first ?? chunk.range.lowerBound
                last = chunk.range.upperBound
                isOdd = true
            case .unclear:
                // What is short belongs to the odd stretch before it; before one, it may be a label.
                if first != nil || chunk.range.count > 48 {
                    first = first ?? chunk.range.lowerBound
                    last = chunk.range.upperBound
                }
            }
        }
        if let start = first, isOdd { segments.append(start..<last) }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The scalar of two to four bytes that begins at an offset, or U+FFFD.
    func scalar(at offset: Int) -> UInt32 {
        let lead = self[offset]
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1
        guard length > 1, offset + length <= count else { return lead < 0x80 ? UInt32(lead) : 0xFFFD }
        var value = UInt32(lead) & (0x7F >> UInt32(length))
        for next in 1..<length { value = value << 6 | UInt32(self[offset + next]) & 0x3F }
        return value
    }
}
