extension TextInspector {
    /// Letters read in another order or by another of the simple alphabets.
    func letters(_ segment: Segment, _ range: Range<Int>, _ outer: [CovertFamily]) -> Hidden? {
        // The letters of rot47's English are these signs, digits and capitals.
        if settings.families.contains(.rotation), segment.high == 0,
            segment.count(of: 0x32...0x4B) * 10 >= segment.visible * 6
        {
            let text = AlphabetDecoder.halfTurn(segment.bytes)
            if isEnglish(text), let score = plain(text) {
                return Hidden(range: range, families: [.rotation], score: score, text: text)
            }
        }
        guard (segment.asciiLetters + segment.high) * 10 >= segment.visible * 7 else { return nil }
        let symbols = Array(tables.normalised(segment.bytes).prefix(Self.sample))
        let base = tables.english(symbols)
        if let hidden = shifted(segment, symbols, base, range) { return hidden }
        guard settings.families.contains(.transposed), segment.visible <= 4096, isShuffled(symbols, segment) else {
            return nil
        }
        var best: (cost: Double, text: [UInt8])?
        for decoding in TranspositionDecoder().decodings(of: segment) {
            // Both ends: where texts take turns, some wrong readings are right for a while.
            let half = Self.sample / 2
            let ends =
                decoding.text.count <= Self.sample
                ? decoding.text : decoding.text.prefix(half) + decoding.text.suffix(half)
            let read = tables.normalised(ends)
            let letters = read.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
            let isJoined = (read.count - letters) * 14 < letters
            let cost = isJoined ? tables.joined(read) : tables.english(read)
            if cost < best?.cost ?? 2.85 { best = (cost, decoding.text) }
        }
        guard let best, isEnglish(best.text), let score = plain(best.text, joined: true) else { return nil }
        return Hidden(range: range, families: [.transposed], score: score, text: best.text)
    }

    /// Whether letters are as frequent as in English while spaces stand where they never do, or nowhere.
    ///
    /// Shuffled spaces leave many words of one letter and gaps of several spaces.
    private func isShuffled(_ symbols: [UInt8], _ segment: Segment) -> Bool {
        let words = symbols.split(separator: 0)
        let letters = words.reduce(0) { $0 + $1.count }
        let cost = symbols.reduce(0) { $0 + ($1 == 0 ? 0 : Int(tables.singles[Int($1)])) }
        guard letters >= 16, Double(cost) * LanguageTables.unit <= 3.1 * Double(letters) else { return false }
        if words.count * 17 < letters * 2 { return true }
        var gaps = 0
        for (a, b) in zip(segment.bytes, segment.bytes.dropFirst()) where a == 0x20 && b == 0x20 { gaps += 1 }
        return (words.filter { $0.count == 1 }.count + gaps) * 8 >= words.count && tables.latin(symbols) >= 2.75
    }

    /// Symbols that a first look reads.
    private static let sample = 260

    /// Whether a text's words are English ones, which hardly any wrong reading's are.
    private func isEnglish(_ text: [UInt8]) -> Bool {
        let symbols = tables.normalised(text)
        let letters = symbols.filter { $0 != 0 }
        if (symbols.count - letters.count) * 14 < letters.count { return tables.joinedWordShare(letters) >= 0.5 }
        let share = tables.wordShare(symbols)
        return share >= 0.4 || share >= 0.25 && tables.english(symbols) <= 2.5
    }

    /// The best of all shifts, the reversed alphabet and reversed letters, and of both together.
    private func shifted(_ segment: Segment, _ symbols: [UInt8], _ base: Double, _ range: Range<Int>) -> Hidden? {
        var best: (cost: Double, order: Int, alphabet: Int)?
        var bestLatin = best
        let alphabets = [0] + likelyShifts(symbols) + [26]
        let orders: [[UInt8]] = [symbols, symbols.reversed(), wordsReversed(symbols)]
        for (order, text) in orders.enumerated() where order == 0 || settings.families.contains(.reversed) {
            for alphabet in alphabets where order > 0 || alphabet > 0 {
                let family: CovertFamily = alphabet == 26 ? .atbash : .rotation
                guard alphabet == 0 || settings.families.contains(family) else { continue }
                let read = alphabet == 0 ? text : text.map { Self.shift($0, alphabet) }
                let cost = tables.english(read)
                if cost < best?.cost ?? min(2.9, base - 0.4) { best = (cost, order, alphabet) }
                let latin = tables.latin(read)
                if latin < bestLatin?.cost ?? 2.75 { bestLatin = (latin, order, alphabet) }
            }
        }
        for (choice, isEnglishOnly) in [(best, true), (bestLatin, false)] {
            guard let choice else { continue }
            // Other languages are told by pairs of letters alone, and so need more of them and a clear difference.
            if !isEnglishOnly, symbols.count < 90 || tables.latin(symbols) < choice.cost + 0.45 { continue }
            var text = segment.bytes
            var families: [CovertFamily] = []
            if choice.order > 0 { families.append(.reversed) }
            if choice.alphabet > 0 {
                text = text.map { Self.shift(byte: $0, choice.alphabet) }
                families.append(choice.alphabet == 26 ? .atbash : .rotation)
            }
            if choice.order > 0 { text = turnedBack(Segment(text)) }
            guard !isEnglishOnly || isEnglish(text), let score = plain(text) else { continue }
            return Hidden(range: range, families: families, score: score, text: text)
        }
        return nil
    }

    /// The three shifts that make letters most as frequent as English ones.
    private func likelyShifts(_ symbols: [UInt8]) -> [Int] {
        var counts = [Int](repeating: 0, count: 27)
        for symbol in symbols { counts[Int(symbol)] += 1 }
        let costs = (1...25).map { shift in
            (1...26).reduce(0) { $0 + counts[$1] * Int(tables.singles[($1 - 1 + shift) % 26 + 1]) }
        }
        return (1...25).sorted { (costs[$0 - 1], $0) < (costs[$1 - 1], $1) }.prefix(3).sorted()
    }

    /// The text backwards, as a whole or word by word: whichever has capitals, full stops and words in their places.
    private func turnedBack(_ segment: Segment) -> [UInt8] {
        let readings = ReversalDecoder().decodings(of: segment).map(\.text)
        let likely = readings.map { text -> Double in
            let visible = text.filter { $0 > 0x20 }
            var score = tables.order(of: tables.normalised(text))
            if let first = visible.first, (0x41...0x5A).contains(first) { score += 2 }
            if let last = visible.last, ".!?".utf8.contains(last) { score += 2 }
            return score
        }
        return likely[0] >= likely[1] ? readings[0] : readings[1]
    }

    private func wordsReversed(_ symbols: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0]
        for word in symbols.split(separator: 0) { out += word.reversed() + [0] }
        return out
    }

    /// A symbol moved on by a number of letters; 26 turns the alphabet round.
    private static func shift(_ symbol: UInt8, _ by: Int) -> UInt8 {
        symbol == 0 ? 0 : by == 26 ? 27 - symbol : UInt8((Int(symbol) - 1 + by) % 26 + 1)
    }

    private static func shift(byte: UInt8, _ by: Int) -> UInt8 {
        switch byte {
        case 0x41...0x5A: shift(byte - 0x40, by) + 0x40
        case 0x61...0x7A: shift(byte - 0x60, by) + 0x60
        default: byte
        }
    }

    /// What a text that looks innocent carries: in characters and spaces that nobody sees, and at marked places.
    mutating func carried(
        _ bytes: [UInt8], _ scan: TextScan, _ depth: Int, _ outer: [CovertFamily]
    ) -> [Hidden] {
        var found: [Hidden] = []
        let whole = 0..<bytes.count
        if settings.families.contains(.invisible), scan.rareLeads >= 8,
            let invisible = bytes.withUnsafeBufferPointer(InvisibleDecoder.read)
        {
            let read = accept(invisible.decodings, at: invisible.range, depth, outer)
            if let read {
                found.append(read)
            } else if invisible.count > 0 {
                found.append(Hidden(range: invisible.range, families: [.invisible], score: 0.7, text: nil))
            }
        }
        if settings.families.contains(.whitespace),
            scan.paddedLines * 3 >= scan.lines && scan.wideGaps >= 40
                || scan.wideGaps >= 56 || scan.rareLeads >= 56
        {
            let decodings = bytes.withUnsafeBufferPointer(WhitespaceDecoder.readings).map {
                Decoding(family: .whitespace, text: $0)
            }
            if let hidden = accept(decodings, at: whole, depth, outer) { found.append(hidden) }
        }
        // Pig Latin has the letters of English, and so looks plain.
        if settings.families.contains(.pigLatin), scan.ayEndings >= 6, scan.ayEndings * 14 >= bytes.count,
            let decoding = PigLatinDecoder().decodings(of: Segment(bytes)).first,
            decoding.text.count >= settings.minimumLength
        {
            found.append(
                Hidden(range: whole, families: [.pigLatin], score: plain(decoding.text) ?? 0.7, text: decoding.text))
        }
        if settings.families.contains(.lineEnds), scan.lines >= 8,
            let (text, score) = bytes.withUnsafeBufferPointer(LineDecoders.lineEnds)
        {
            found.append(Hidden(range: whole, families: [.lineEnds], score: score, text: text))
        }
        if settings.families.contains(.acrostic), bytes.count >= 100,
            let (text, score) = bytes.withUnsafeBufferPointer(LineDecoders.acrostic)
        {
            found.append(Hidden(range: whole, families: [.acrostic], score: score, text: text))
        }
        return found
    }

    /// The first reading of a carrier that is plain text, or else the first that hides something in turn.
    private mutating func accept(
        _ decodings: [Decoding], at range: Range<Int>, _ depth: Int, _ outer: [CovertFamily]
    ) -> Hidden? {
        for decoding in decodings {
            if let score = plain(decoding.text, joined: decoding.isJoined) {
                return Hidden(range: range, families: [decoding.family], score: score, text: decoding.text)
            }
        }
        // A code inside another is printable ASCII, which few wrong readings are.
        let printable = decodings.filter { $0.text.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A } }
        for decoding in printable.prefix(2) {
            if let hidden = accept(decoding, at: range, depth, outer) { return hidden }
        }
        return nil
    }
}
