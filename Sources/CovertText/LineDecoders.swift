/// Messages whose words or letters stand at marked places of an innocent text.
enum LineDecoders {
    /// What a text's line ends say, as in EndSpeak, with how sure that is; `nil` where they say nothing.
    ///
    /// A message has as many words like "the" and "of" as any text, and in their usual order; verses, lists and headings
    /// end in them rarely, and lines that were broken at a width end in them in no order.
    static func lineEnds(_ bytes: UnsafeBufferPointer<UInt8>) -> (text: [UInt8], score: Double)? {
        let tables = LanguageTables.shared
        var message: [UInt8] = []
        var words: [Int] = []
        var (lines, short, sum) = (0, 0, 0.0)
        var lengths: [(line: Int, firstWord: Int)] = []
        for line in bytes.split(separator: 0x0A) {
            var end = line.endIndex
            while end > line.startIndex, tables.symbols[Int(line[end - 1])] == 0, line[end - 1] < 0x80 { end -= 1 }
            guard end > line.startIndex else {
                if line.contains(where: { $0 > 0x20 }) { short += 1 }
                continue
            }
            lines += 1
            var start = end
            while start > line.startIndex, tables.symbols[Int(line[start - 1])] != 0 || line[start - 1] == 0x27 {
                start -= 1
            }
            let word = line[start..<end].map { $0 | 0x20 }
            let inLine = line.split(whereSeparator: { $0 <= 0x20 })
            if word.isEmpty || inLine.count < 3 || inLine.count > 16 { short += 1 }
            lengths.append((line.count, inLine.first?.count ?? 0))
            if !message.isEmpty { message.append(0x20) }
            message += word
            words.append(tables.closedWords[LanguageTables.pack(word.map { $0 & 31 })] ?? 0)
        }
        guard lines >= 8, short * 6 <= lines else { return nil }
        let size = tables.closedWords.count + 1
        for (place, word) in words.enumerated() {
            sum += word > 0 ? 2.1 : -0.5
            if place > 0 { sum += Double(tables.associations[words[place - 1] * size + word]) / 10 }
        }
        guard Set(words).count >= 4, sum >= 7 else { return nil }
        // Lines that were filled as far as a width allows say nothing but what the text says.
        let width = lengths.map(\.line).max() ?? 0
        let filled = zip(lengths, lengths.dropFirst()).filter { $0.line + 1 + $1.firstWord > width }.count
        guard width < 40 || filled * 10 < lines * 7 else { return nil }
        return (message, min(1, 0.5 + sum / 60))
    }

    /// What the first letters of lines, sentences or words spell, with how sure that is; `nil` where they spell nothing.
    static func acrostic(_ bytes: UnsafeBufferPointer<UInt8>) -> (text: [UInt8], score: Double)? {
        let symbols = LanguageTables.shared.symbols
        var (lines, sentences, words, ends): ([UInt8], [UInt8], [UInt8], [UInt8]) = ([], [], [], [])
        var (inWord, newLine, newSentence) = (false, true, true)
        var last: UInt8 = 0
        symbols.withUnsafeBufferPointer { symbols in
            for byte in bytes {
                let symbol = symbols[Int(byte)]
                if symbol != 0 {
                    if !inWord {
                        words.append(symbol)
                        if newLine { lines.append(symbol) }
                        if newSentence { sentences.append(symbol) }
                        (newLine, newSentence) = (false, false)
                    }
                    inWord = true
                    last = symbol
                } else {
                    if byte == 0x0A {
                        if last != 0 { ends.append(last) }
                        (newLine, newSentence, last) = (true, true, 0)
                    } else if byte == 0x2E || byte == 0x21 || byte == 0x3F {
                        newSentence = true
                    }
                    // An apostrophe, and a letter outside ASCII, belong to the word.
                    if byte != 0x27, byte < 0x80 { inWord = false }
                }
            }
        }
        if last != 0 { ends.append(last) }
        var best: (text: [UInt8], score: Double)?
        for letters in [lines, sentences, words, ends] where letters.count >= 16 {
            guard let score = spells(letters), score > best?.score ?? 0 else { continue }
            best = (letters.map { $0 + 0x60 }, score)
        }
        return best
    }

    /// How sure it is that letters were chosen to spell words, or `nil`.
    private static func spells(_ letters: [UInt8]) -> Double? {
        let tables = LanguageTables.shared
        var gain = 0
        for place in 2..<letters.count {
            let (a, b, c) = (Int(letters[place - 2]) - 1, Int(letters[place - 1]) - 1, Int(letters[place]) - 1)
            gain += Int(tables.initials[c]) - Int(tables.joinedTrigrams[(a * 26 + b) * 26 + c])
        }
        let nats = Double(gain) * LanguageTables.unit
        guard nats >= 8, Set(letters).count >= 8 else { return nil }
        let share = tables.joinedWordShare(letters)
        guard share >= 0.6 else { return nil }
        return min(1, 0.4 + share / 4 + nats / 100)
    }
}
