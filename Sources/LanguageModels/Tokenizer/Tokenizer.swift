/// A byte-level BPE tokenizer made from a GGUF model's own tables.
///
/// Text is not normalised. Markup tokens such as `<|im_end|>` are found in text only where the caller asks for it, so
/// that text of unknown origin is always plain characters. Nothing changes after creation, and any number of threads
/// may encode at once.
package final class Tokenizer: Sendable {
    /// How text is cut before merging.
    package let preTokenizer: PreTokenizer

    /// The tokens that plain text never yields: those of type unknown, control and user-defined.
    package let controlTokens: [Int32]

    /// The token that begins a text, if the model names one.
    package let bosToken: Int32?

    /// The token that ends a turn or a text, if the model names one.
    package let eosToken: Int32?

    /// The token for padding, if the model names one.
    package let paddingToken: Int32?

    /// Whether the model expects `bosToken` before every text; `encode` does not add it.
    package let addsBosToken: Bool

    /// Bytes that the vocabulary cannot spell; `encode` leaves them out, as the model's own tokenizer does.
    package let unencodableBytes: [UInt8]

    let table: TokenTable
    let encoder: BytePairEncoder
    let finder: ControlTokenFinder

    /// Whether the normal token's bytes, as a piece, encode to that token.
    let isWhole: [Bool]

    /// Reads the tokenizer of a model.
    package init(file: GGUFFile) throws(TokenizerError) {
        let loader = try TokenizerLoader(file)
        preTokenizer = loader.preTokenizer
        bosToken = try loader.tokenID("bos")
        eosToken = try loader.tokenID("eos")
        paddingToken = try loader.tokenID("padding")
        addsBosToken = try loader.addsBosToken()
        let (table, encoder) = (loader.table, try loader.encoder())
        self.table = table
        self.encoder = encoder
        controlTokens = table.kinds.indices.filter { table.kinds[$0].isControl }.map { Int32($0) }
        finder = ControlTokenFinder(controlTokens, of: table)
        unencodableBytes = (0...UInt8.max).filter { encoder.byteTokens[Int($0)] < 0 }
        isWhole = Self.wholeTokens(table, encoder, takesAll: loader.preTokenizer.takesWholeTokens)
    }

    /// Tokens in the vocabulary.
    package var vocabularyCount: Int { table.count }

    /// The bytes that a token stands for, or `nil` if there is no such token.
    package func bytes(of token: Int32) -> [UInt8]? {
        guard token >= 0, token < table.count else { return nil }
        return Array(table.bytes(Int(token)))
    }

    /// The control token that is spelled so, if there is one.
    package func controlToken(_ spelling: String) -> Int32? {
        let bytes = Array(spelling.utf8)
        return controlTokens.first { table.bytes(Int($0)).elementsEqual(bytes) }
    }

    /// Finds the tokens that a piece of the same bytes encodes to, so that most pieces need one look-up.
    private static func wholeTokens(_ table: TokenTable, _ encoder: BytePairEncoder, takesAll: Bool) -> [Bool] {
        var result: [Int32] = []
        return table.kinds.indices.map { token in
            guard table.kinds[token] == .normal else { return false }
            if takesAll { return true }
            result.removeAll(keepingCapacity: true)
            table.withBytes(token) { buffer in
                if let base = buffer.baseAddress { encoder.encode(base, buffer.count, into: &result) }
            }
            return result == [Int32(token)]
        }
    }
}
