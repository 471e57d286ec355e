extension Tokenizer {
    /// The text of tokens; bytes that are not UTF-8 become U+FFFD.
    ///
    /// - Parameter skippingControlTokens: Whether control tokens are left out or spelled out.
    package func decode(_ tokens: [Int32], skippingControlTokens: Bool) -> String {
        String(decoding: decodeBytes(tokens, skippingControlTokens: skippingControlTokens), as: UTF8.self)
    }

    /// The bytes of tokens; numbers outside the vocabulary yield nothing.
    package func decodeBytes(_ tokens: [Int32], skippingControlTokens: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(tokens.count * 4)
        for token in tokens where token >= 0 && token < table.count {
            if skippingControlTokens, table.kinds[Int(token)].isControl { continue }
            bytes.append(contentsOf: table.bytes(Int(token)))
        }
        return bytes
    }
}
