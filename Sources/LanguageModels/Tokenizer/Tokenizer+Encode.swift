extension Tokenizer {
    /// Encodes a text.
    ///
    /// - Parameter recognisingControlTokens: Whether control tokens spelled out in the text become those tokens. Must be
    ///   `false` for text of unknown origin; then no control token comes out.
    package func encode(_ text: String, recognisingControlTokens: Bool) -> [Int32] {
        var text = text
        return text.withUTF8 { encode($0, recognisingControlTokens: recognisingControlTokens) }
    }

    /// Encodes a text in UTF-8, as `encode(_:recognisingControlTokens:)` of a string does.
    ///
    /// Bytes that are not UTF-8 are encoded as they are.
    package func encode(_ text: UnsafeBufferPointer<UInt8>, recognisingControlTokens: Bool) -> [Int32] {
        var tokens: [Int32] = []
        tokens.reserveCapacity(text.count / 3 + 1)
        guard recognisingControlTokens else {
            encodePlain(text, into: &tokens)
            return tokens
        }
        var start = 0
        while let found = finder.find(in: text, from: start) {
            encodePlain(UnsafeBufferPointer(rebasing: text[start..<found.range.lowerBound]), into: &tokens)
            tokens.append(found.token)
            start = found.range.upperBound
        }
        encodePlain(UnsafeBufferPointer(rebasing: text[start...]), into: &tokens)
        return tokens
    }

    /// Appends the tokens of a text that holds no control tokens.
    private func encodePlain(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout [Int32]) {
        guard let base = text.baseAddress else { return }
        let scanner = PieceScanner(preTokenizer, base, count: text.count)
        var start = 0
        while start < text.count {
            let end = scanner.end(ofPieceAt: start)
            let length = end &- start
            if let token = table.find(base + start, length), isWhole[Int(token)] {
                tokens.append(token)
            } else {
                encoder.encode(base + start, length, into: &tokens)
            }
            start = end
        }
    }
}
