/// Character statistics of English and of the Latin script's languages, counted by `scripts/covert-tables`.
struct LanguageTables: Sendable {
    /// The tables of the shipped text.
    static let shared = LanguageTables()

    /// Nats that a unit of cost stands for.
    static let unit = 0.12

    /// Costs of a symbol after two others in English; a symbol is 0 for a space and 1 to 26 for a letter.
    let trigrams: [UInt8]

    /// The same without spaces; a symbol is 0 to 25.
    let joinedTrigrams: [UInt8]

    /// Costs of a symbol after another over many languages of the Latin script.
    let pairs: [UInt8]

    /// Common English words by their rank, packed.
    let words: [UInt64: Int]

    /// Words that carry grammar by their number from 1, packed.
    let closedWords: [UInt64: Int]

    /// Tenths of a nat by which one word that carries grammar is likelier after another; 0 stands for every other word.
    let associations: [Int8]

    /// Cost of each letter in English by itself; a space has none.
    let singles: [UInt8]

    /// Cost of each letter at the beginning of an English word.
    let initials: [UInt8]

    /// The symbol of each byte: 0 for what is no letter.
    let symbols: [UInt8]

    private let latinFold: [UInt8]
    private let vietnameseFold: [UInt8]

    private init() {
        trigrams = Self.costs(LanguageTableText.trigramText)
        joinedTrigrams = Self.costs(LanguageTableText.joinedTrigramText)
        pairs = Self.costs(LanguageTableText.pairText)
        words = Self.ranks(LanguageTableText.wordText)
        closedWords = Self.ranks(LanguageTableText.closedWordText).mapValues { $0 + 1 }
        associations = Self.costs(LanguageTableText.associationText).map { Int8($0) - 28 }
        singles = [0] + Self.costs(LanguageTableText.singleText)
        initials = Self.costs(LanguageTableText.initialText)
        var symbols = [UInt8](repeating: 0, count: 256)
        for letter in 0..<26 {
            symbols[0x41 + letter] = UInt8(letter + 1)
            symbols[0x61 + letter] = UInt8(letter + 1)
        }
        self.symbols = symbols
        latinFold = LanguageTableText.foldText.utf8.map { symbols[Int($0)] }
        vietnameseFold = LanguageTableText.vietnameseFoldText.utf8.map { symbols[Int($0)] }
    }

    private static func costs(_ text: String) -> [UInt8] { text.utf8.map { $0 - UInt8(ascii: "#") } }

    private static func ranks(_ text: String) -> [UInt64: Int] {
        var ranks: [UInt64: Int] = [:]
        for (rank, word) in text.utf8.split(separator: UInt8(ascii: "_")).enumerated() {
            ranks[pack(word.map { $0 & 31 })] = rank
        }
        return ranks
    }

    /// A word of at most twelve letters as one number; longer ones give 0.
    static func pack(_ letters: some Collection<UInt8>) -> UInt64 {
        guard letters.count <= 12 else { return 0 }
        return letters.reduce(0) { $0 << 5 | UInt64($1) }
    }

    /// The symbol of a letter with marks, or 0.
    func symbol(ofScalar scalar: UInt32) -> UInt8 {
        switch scalar {
        case 0..<0x80: symbols[Int(scalar)]
        case 0xC0..<0x250: latinFold[Int(scalar - 0xC0)]
        case 0x259: 5
        case 0x1E00..<0x1F00: vietnameseFold[Int(scalar - 0x1E00)]
        default: 0
        }
    }
}

extension LanguageTables {
    /// Lower-case plain letters as 1 to 26, with one 0 wherever anything else stands, at both ends too.
    func normalised(_ text: some Sequence<UInt8>) -> [UInt8] {
        var out: [UInt8] = [0]
        var decoder = ScalarReader(text)
        while let scalar = decoder.next() {
            if (0x300..<0x370).contains(scalar) { continue }
            let symbol = symbol(ofScalar: scalar)
            if symbol != 0 || out[out.count - 1] != 0 { out.append(symbol) }
        }
        if out[out.count - 1] != 0 { out.append(0) }
        return out
    }

    /// Mean cost in nats of a normalised text's symbols as English.
    func english(_ symbols: some Collection<UInt8>) -> Double {
        var (a, b, sum, count) = (0, 0, 0, 0)
        for symbol in symbols.dropFirst() {
            sum += Int(trigrams[(a * 27 + b) * 27 + Int(symbol)])
            count += 1
            (a, b) = (b, Int(symbol))
        }
        return count == 0 ? .infinity : Double(sum) * Self.unit / Double(count)
    }

    /// Mean cost in nats of a normalised text's symbols in any language of the Latin script.
    func latin(_ symbols: some Collection<UInt8>) -> Double {
        var (a, sum, count) = (0, 0, 0)
        for symbol in symbols.dropFirst() {
            sum += Int(pairs[a * 27 + Int(symbol)])
            count += 1
            a = Int(symbol)
        }
        return count == 0 ? .infinity : Double(sum) * Self.unit / Double(count)
    }

    /// Mean cost in nats of a normalised text's letters as English without spaces.
    func joined(_ symbols: some Collection<UInt8>) -> Double {
        var (a, b, sum, count) = (-1, -1, 0, 0)
        for symbol in symbols where symbol != 0 {
            let letter = Int(symbol) - 1
            if a >= 0 {
                sum += Int(joinedTrigrams[(a * 26 + b) * 26 + letter])
                count += 1
            }
            (a, b) = (b, letter)
        }
        return count == 0 ? .infinity : Double(sum) * Self.unit / Double(count)
    }

    /// The share of a normalised text's letters that are in common English words.
    func wordShare(_ symbols: [UInt8]) -> Double {
        var (known, all) = (0, 0)
        for word in symbols.split(separator: 0) {
            all += word.count
            if words[Self.pack(word)] != nil { known += word.count }
        }
        return all == 0 ? 0 : Double(known) / Double(all)
    }

    /// Nats by which a normalised text's words that carry grammar stand in a likely order.
    func order(of symbols: [UInt8]) -> Double {
        var (previous, sum) = (0, 0)
        for word in symbols.split(separator: 0) {
            let number = closedWords[Self.pack(word)] ?? 0
            sum += Int(associations[previous * (closedWords.count + 1) + number])
            previous = number
        }
        return Double(sum) / 10
    }

    /// The share of letters that the best division of a text without spaces puts in words of three or more letters.
    func joinedWordShare(_ letters: [UInt8]) -> Double {
        guard !letters.isEmpty else { return 0 }
        var best = [Int](repeating: 0, count: letters.count + 1)
        for end in 1...letters.count {
            best[end] = best[end - 1]
            var packed: UInt64 = 0
            for length in 1...min(12, end) {
                packed |= UInt64(letters[end - length]) << UInt64(5 * (length - 1))
                guard length >= 3, let rank = words[packed], rank < 1500 || length > 3 else { continue }
                best[end] = max(best[end], best[end - length] + length)
            }
        }
        return Double(best[letters.count]) / Double(letters.count)
    }
}

/// Reads scalars from UTF-8 bytes; what is no UTF-8 reads as U+FFFD.
struct ScalarReader<Bytes: Sequence<UInt8>> {
    private var bytes: Bytes.Iterator
    private var decoder = UTF8()

    init(_ bytes: Bytes) { self.bytes = bytes.makeIterator() }

    mutating func next() -> UInt32? {
        switch decoder.decode(&bytes) {
        case .scalarValue(let scalar): scalar.value
        case .emptyInput: nil
        case .error: 0xFFFD
        }
    }
}
