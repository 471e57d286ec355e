/// Something hidden in a text.
struct Hidden {
    /// Where it lies in the text.
    var range: Range<Int>

    /// How it was hidden, outermost first.
    var families: [CovertFamily]

    /// How sure that is, from 0 to 1.
    var score: Double

    /// What it says; `nil` where that is not known.
    var text: [UInt8]?
}

/// A stretch that may be a cipher, which only its like in other rows can tell.
struct Suspect {
    var range: Range<Int>
    var outer: [CovertFamily]
    var signs: SignText
}

/// Looks for hidden text in one text, and in what it hides.
struct TextInspector {
    /// How many encodings may lie in one another.
    static let deepest = 3

    /// Texts that are solved at most, for one row and for a dataset; others are tried with the keys that are known.
    static let rowSolutions = 4
    static let datasetSolutions = 1000

    /// Passages that are looked for in one text: what hides more is told as it is.
    static let mostPassages = 200

    let settings: CovertSettings
    let tables = LanguageTables.shared
    let plausibility = Plausibility()

    /// Keys of substitutions that were solved.
    var keys: [SubstitutionKey] = []

    /// Stretches of the text that was looked at last that are not known to be ciphers.
    var suspects: [Suspect] = []

    /// Texts that may still be solved in this row.
    var solutions = 0
    /// Texts that may still be solved in the dataset.
    private var left = Self.datasetSolutions
    private let exact: [any Decoder]
    private let radix: RadixDecoder
    private let alphabets: AlphabetDecoder

    init(_ settings: CovertSettings) {
        self.settings = settings
        radix = RadixDecoder(families: settings.families)
        alphabets = AlphabetDecoder(families: settings.families)
        var exact: [any Decoder] = []
        func add(_ families: Set<CovertFamily>, _ decoder: any Decoder) {
            if !families.isDisjoint(with: settings.families) { exact.append(decoder) }
        }
        add([.script], ScriptDecoder())
        add([.delimited], DelimiterDecoder())
        add([.morse], MorseDecoder())
        add([.escapes], EscapeDecoder())
        add([.binary, .decimal, .polybius, .hex], NumberDecoder(families: settings.families))
        add([.base64, .base32, .base85, .hex], radix)
        self.exact = exact
    }

    /// What a text hides, in order.
    mutating func hidden(in bytes: [UInt8]) -> [Hidden] {
        suspects = []
        solutions = min(Self.rowSolutions, left)
        let before = solutions
        let found = inspect(bytes, depth: 0, outer: [])
        left -= before - solutions
        return found
    }

    private mutating func inspect(_ bytes: [UInt8], depth: Int, outer: [CovertFamily]) -> [Hidden] {
        guard bytes.count >= 12 else { return [] }
        let scan = bytes.withUnsafeBufferPointer { TextScan($0, tables) }
        var found = carried(bytes, scan, depth, outer)
        if scan.living >= 48, settings.families.contains(.substitution),
            let (signs, end) = LivingSubstitution.suspect(bytes), let hidden = solve(signs, 0..<end, outer)
        {
            found.append(hidden)
        }
        let odd = scan.segments.reduce(0) { $0 + $1.count }
        var pieces = scan.segments
        if odd * 2 >= bytes.count, pieces != [0..<bytes.count] {
            // Where most of a text is odd, all of it is likely one cipher, which its pieces would not tell.
            let whole = look(0..<bytes.count, bytes, depth, outer)
            if !whole.isEmpty { return found + whole }
        }
        if let last = pieces.last, last.upperBound > bytes.count - 2 {
            pieces[pieces.count - 1] = last.lowerBound..<bytes.count
        }
        for piece in pieces where found.count < Self.mostPassages { found += look(piece, bytes, depth, outer) }
        return Array(found.prefix(Self.mostPassages))
    }

    /// What a stretch hides, as a whole, after a label, or line by line.
    private mutating func look(
        _ range: Range<Int>, _ bytes: [UInt8], _ depth: Int, _ outer: [CovertFamily]
    ) -> [Hidden] {
        let found = decode(range, bytes, depth, outer)
        if !found.isEmpty || readsAsLanguage(bytes[range]) { return found }
        let head = bytes[range].prefix(60)
        if let colon = head.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == 0x0A }), colon + 16 < range.upperBound,
            colon > range.lowerBound
        {
            let found = decode(colon + 1..<range.upperBound, bytes, depth, outer)
            if !found.isEmpty { return found }
        }
        let lines = bytes[range].split(separator: 0x0A)
        guard lines.count > 1, lines.count <= 24 else { return [] }
        return lines.filter { $0.count >= 24 }.flatMap { decode($0.startIndex..<$0.endIndex, bytes, depth, outer) }
    }

    /// Whether a stretch is of letters that follow one another as in some language of the Latin script.
    private func readsAsLanguage(_ bytes: ArraySlice<UInt8>) -> Bool {
        let symbols = tables.normalised(bytes.prefix(600))
        return symbols.count * 10 >= min(bytes.count, 600) * 7 && tables.latin(symbols) <= 2.85
    }

    private mutating func decode(
        _ range: Range<Int>, _ bytes: [UInt8], _ depth: Int, _ outer: [CovertFamily]
    ) -> [Hidden] {
        let segment = Segment(Array(bytes[range]))
        guard segment.visible >= 12 else { return [] }
        var found: [Hidden] = []
        for decoder in exact {
            for decoding in decoder.decodings(of: segment) {
                if found.count == Self.mostPassages { return found }
                let inner = decoding.range.map { $0.lowerBound + range.lowerBound..<$0.upperBound + range.lowerBound }
                if found.contains(where: { $0.range.overlaps(inner ?? range) }) { continue }
                if let hidden = accept(decoding, at: inner ?? range, depth, outer) { found.append(hidden) }
            }
            if !found.isEmpty { return found }
        }
        if let hidden = twisted(segment, range, depth, outer) ?? letters(segment, range, outer) { return [hidden] }
        guard settings.families.contains(.substitution) else { return [] }
        for signs in SignReader.readings(segment) {
            if let hidden = solve(signs, range, outer) { return [hidden] }
        }
        return []
    }

    /// A decoding that is plain text, or that hides something in turn.
    mutating func accept(
        _ decoding: Decoding, at range: Range<Int>, _ depth: Int, _ outer: [CovertFamily]
    ) -> Hidden? {
        guard settings.families.contains(decoding.family) else { return nil }
        if let score = plain(decoding.text, joined: decoding.isJoined) {
            return Hidden(range: range, families: [decoding.family], score: score, text: decoding.text)
        }
        guard depth + 1 < Self.deepest, decoding.text.count >= settings.minimumLength else { return nil }
        let inner = inspect(decoding.text, depth: depth + 1, outer: outer + [decoding.family])
        guard let most = inner.max(by: { $0.range.count < $1.range.count }),
            most.range.count * 2 >= decoding.text.count
        else { return nil }
        return Hidden(
            range: range, families: [decoding.family] + most.families, score: most.score, text: most.text)
    }

    /// How sure it is that bytes are plain text of enough length.
    func plain(_ text: [UInt8], joined: Bool = false) -> Double? {
        guard text.count >= settings.minimumLength else { return nil }
        return plausibility.score(text, minimum: settings.minimumLength * 3 / 4, joined: joined)
    }

    /// Codes whose own characters were shifted or reversed.
    private mutating func twisted(
        _ segment: Segment, _ range: Range<Int>, _ depth: Int, _ outer: [CovertFamily]
    ) -> Hidden? {
        guard depth + 1 < Self.deepest, segment.high == 0, segment.visible >= 32 else { return nil }
        let isCode = segment.bytes.count - segment.visible <= segment.visible / 40 + 1
        let isNumeric = segment.digits * 4 >= segment.visible
        guard isCode || isNumeric else { return nil }
        let heads = isCode && segment.visible <= 8000 ? alphabets.decodings(of: segment.prefix(64)) : []
        let isReversible = settings.families.contains(.reversed)
        for change in (isReversible ? -1 : 0)..<heads.count {
            let family: CovertFamily
            let text: [UInt8]
            if change < 0 {
                (family, text) = (.reversed, segment.bytes.reversed())
            } else {
                // Most changes are seen to be wrong by the first characters.
                let first = heads[change]
                guard radix.decodings(of: Segment(first.text)).contains(where: { Self.isPrintable($0.text) }) else {
                    continue
                }
                (family, text) = (first.family, alphabets.decodings(of: segment)[change].text)
            }
            let decoder: any Decoder = isNumeric && !isCode ? NumberDecoder(families: settings.families) : radix
            for decoding in decoder.decodings(of: Segment(text)) {
                if let score = plain(decoding.text, joined: decoding.isJoined) {
                    return Hidden(range: range, families: [family, decoding.family], score: score, text: decoding.text)
                }
            }
        }
        return nil
    }

    private static func isPrintable(_ text: [UInt8]) -> Bool {
        text.dropLast(2).allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A }
    }
}
