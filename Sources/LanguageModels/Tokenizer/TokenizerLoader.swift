/// Reads and checks the tokenizer's tables of a GGUF file.
struct TokenizerLoader {
    let preTokenizer: PreTokenizer

    private let file: GGUFFile
    let table: TokenTable

    private static let tokensKey = "tokenizer.ggml.tokens"
    private static let typesKey = "tokenizer.ggml.token_type"
    private static let mergesKey = "tokenizer.ggml.merges"

    init(_ file: GGUFFile) throws(TokenizerError) {
        self.file = file
        let model = try Self.field { () throws(GGUFError) in try file.requireString("tokenizer.ggml.model") }
        guard model == "gpt2" else {
            throw TokenizerError(
                .unsupportedModel, "tokenizer.ggml.model is not 'gpt2'",
                remedy: "Use a model with a byte-level BPE tokenizer, such as SmolLM2, Llama 3 or Qwen 2",
                path: file.path)
        }
        let name = try Self.field { () throws(GGUFError) in try file.requireString("tokenizer.ggml.pre") }
        guard let preTokenizer = PreTokenizer(rawValue: name) else {
            let known = PreTokenizer.allCases.map(\.rawValue).joined(separator: ", ")
            throw TokenizerError(
                .unsupportedPreTokenizer, "tokenizer.ggml.pre is none of \(known)",
                remedy: "Use a model with one of these pre-tokenizers", path: file.path)
        }
        self.preTokenizer = preTokenizer
        table = try Self.readTokens(file)
    }

    /// The token id at `tokenizer.ggml.<role>_token_id`.
    func tokenID(_ role: String) throws(TokenizerError) -> Int32? {
        let key = "tokenizer.ggml.\(role)_token_id"
        guard let id = try Self.field({ () throws(GGUFError) in try file.optionalUInt(key) }) else { return nil }
        guard id < table.count else {
            throw TokenizerError(.badTokenID, "\(key) is \(id), but there are \(table.count) tokens", path: file.path)
        }
        return Int32(id)
    }

    /// Whether the model expects its first token before every text.
    func addsBosToken() throws(TokenizerError) -> Bool {
        try Self.field { () throws(GGUFError) in try file.optionalBool("tokenizer.ggml.add_bos_token") } ?? false
    }

    /// The tokens of single bytes and the merges.
    func encoder() throws(TokenizerError) -> BytePairEncoder {
        BytePairEncoder(byteTokens: try byteTokens(), merges: try readMerges())
    }

    private static func field<T>(_ read: () throws(GGUFError) -> T) throws(TokenizerError) -> T {
        do { return try read() } catch { throw TokenizerError(error) }
    }

    private static func readTokens(_ file: GGUFFile) throws(TokenizerError) -> TokenTable {
        let spellings = try field { () throws(GGUFError) in try file.requireStrings(tokensKey) }
        let types = try field { () throws(GGUFError) in try file.requireScalars(typesKey) }
        guard spellings.count > 0, spellings.count <= Int(Int32.max) else {
            throw TokenizerError(.badTokens, "\(tokensKey) has \(spellings.count) entries", path: file.path)
        }
        guard types.count == spellings.count else {
            throw TokenizerError(
                .badTokens, "\(typesKey) has \(types.count) entries and \(tokensKey) \(spellings.count)",
                path: file.path)
        }
        var table = TokenTable(capacity: spellings.count)
        var bytes: [UInt8] = []
        for token in 0..<spellings.count {
            let spelling = spellings[token]
            guard let kind = kind(types[token]) else {
                throw TokenizerError(.badTokens, "\(typesKey)[\(token)] is not a token type", path: file.path)
            }
            guard !spelling.isEmpty else {
                throw TokenizerError(.badTokens, "\(tokensKey)[\(token)] is empty", path: file.path)
            }
            bytes.removeAll(keepingCapacity: true)
            // A normal token outside the byte alphabet stands for itself, and no merge can make it.
            let isSpelled = kind == .normal && ByteAlphabet.decode(spelling, into: &bytes)
            if !isSpelled { bytes.append(contentsOf: spelling) }
            guard table.append(kind, isIndexed: isSpelled, bytes: bytes) else {
                throw TokenizerError(.badTokens, "\(tokensKey)[\(token)] repeats an earlier token", path: file.path)
            }
        }
        return table
    }

    private static func kind(_ value: GGUFValue) -> TokenKind? {
        switch value {
        case .signed(let number): Int(exactly: number).flatMap(TokenKind.init(rawValue:))
        case .unsigned(let number): Int(exactly: number).flatMap(TokenKind.init(rawValue:))
        default: nil
        }
    }

    /// Checks that ordinary text can be encoded; real vocabularies may lack bytes that never occurred in training.
    private func byteTokens() throws(TokenizerError) -> [Int32] {
        let tokens = (0...UInt8.max).map { byte in
            withUnsafePointer(to: byte) { table.find($0, 1) } ?? -1
        }
        for byte in [0x0A] + Array(0x20...0x7E) where tokens[byte] < 0 {
            throw TokenizerError(
                .badTokens, "\(Self.tokensKey) has no token for the byte \(byte)", path: file.path)
        }
        return tokens
    }

    private func readMerges() throws(TokenizerError) -> MergeTable {
        let file = file
        let merges = try Self.field { () throws(GGUFError) in try file.requireStrings(Self.mergesKey) }
        guard merges.count <= Int(Int32.max) else {
            throw TokenizerError(.badMerges, "\(Self.mergesKey) has \(merges.count) entries", path: file.path)
        }
        var result = MergeTable(capacity: merges.count)
        var joined: [UInt8] = []
        for rank in 0..<merges.count {
            let merge = merges[rank]
            guard let space = merge.firstIndex(of: UInt8(ascii: " ")) else {
                throw TokenizerError(.badMerges, "\(Self.mergesKey)[\(rank)] is not two tokens", path: file.path)
            }
            joined.removeAll(keepingCapacity: true)
            let left = UnsafeRawBufferPointer(rebasing: merge[..<space])
            let right = UnsafeRawBufferPointer(rebasing: merge[(space + 1)...])
            guard ByteAlphabet.decode(left, into: &joined) else { throw unknownToken(rank) }
            let middle = joined.count
            guard ByteAlphabet.decode(right, into: &joined) else { throw unknownToken(rank) }
            let ids: (Int32, Int32, Int32)? = joined.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress, let left = table.find(base, middle),
                    let right = table.find(base + middle, buffer.count - middle),
                    let whole = table.find(base, buffer.count)
                else { return nil }
                return (left, right, whole)
            }
            guard let ids else { throw unknownToken(rank) }
            guard result.insert(ids.0, ids.1, rank: rank, joined: ids.2) else {
                throw TokenizerError(
                    .badMerges, "\(Self.mergesKey)[\(rank)] repeats an earlier merge", path: file.path)
            }
        }
        return result
    }

    private func unknownToken(_ rank: Int) -> TokenizerError {
        TokenizerError(
            .badMerges, "\(Self.mergesKey)[\(rank)] names or makes a token that \(Self.tokensKey) does not have",
            path: file.path)
    }
}
