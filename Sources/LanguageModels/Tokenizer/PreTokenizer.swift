/// How text is cut into pieces before merging, as named by `tokenizer.ggml.pre`.
///
/// Each case stands for a regular expression; the scanners find the same pieces without a regular-expression engine.
package enum PreTokenizer: String, Sendable, CaseIterable {
    /// GPT-2's pattern:
    /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
    case gpt2 = "gpt-2"

    /// Every `\p{N}` alone, then GPT-2's pattern on what lies between.
    case smollm

    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
    case qwen2

    /// As `qwen2`, with numbers in groups of up to three: `\p{N}{1,3}`.
    case llamaBPE = "llama-bpe"

    /// Whether a piece that is a token as a whole is taken as such, whatever the merges say.
    ///
    /// Llama 3's tokenizer is defined so (`ignore_merges`).
    var takesWholeTokens: Bool { self == .llamaBPE }

    /// The pieces of a text, as byte ranges.
    package func pieces(of bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        guard let base = bytes.baseAddress else { return [] }
        let scanner = PieceScanner(self, base, count: bytes.count)
        var ranges: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let end = scanner.end(ofPieceAt: start)
            ranges.append(start..<end)
            start = end
        }
        return ranges
    }
}

/// Finds where pieces end in one run of UTF-8 text.
///
/// A byte that is not part of well-formed UTF-8 counts as a character of its own that is neither letter, number nor
/// whitespace.
struct PieceScanner {
    let rules: PreTokenizer
    let bytes: UnsafePointer<UInt8>
    let count: Int
    private let classes = ScalarClassTable.shared

    init(_ rules: PreTokenizer, _ bytes: UnsafePointer<UInt8>, count: Int) {
        self.rules = rules
        self.bytes = bytes
        self.count = count
    }

    /// The end of the piece that begins at `start`, which must be below `count`.
    @inline(__always)
    func end(ofPieceAt start: Int) -> Int {
        switch rules {
        case .gpt2: endByGPT2(start, splitsDigits: false)
        case .smollm: endByGPT2(start, splitsDigits: true)
        case .qwen2: endByLlama(start, digits: 1)
        case .llamaBPE: endByLlama(start, digits: 3)
        }
    }

    /// The class of the scalar at a position below `count`, and where the next one begins.
    @inline(__always)
    func scalar(at position: Int) -> (kind: ScalarClass, next: Int) {
        let first = bytes[position]
        if first < 0x80 { return (classes[UInt32(first)], position &+ 1) }
        return wideScalar(at: position, first)
    }

    private func wideScalar(at position: Int, _ first: UInt8) -> (kind: ScalarClass, next: Int) {
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first <= 0xF4, count - position >= length else { return (.other, position + 1) }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            let byte = bytes[position + offset]
            guard byte & 0xC0 == 0x80 else { return (.other, position + 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        return (classes[value], position + length)
    }

    /// The end of the run of scalars of one class that begins at `start`.
    @inline(__always)
    func endOfRun(_ kind: ScalarClass, from start: Int) -> Int {
        var position = start
        while position < count {
            let scalar = scalar(at: position)
            if scalar.kind != kind { break }
            position = scalar.next
        }
        return position
    }

    /// The end of a run of whitespace, and where its last scalar begins.
    @inline(__always)
    func whitespaceRun(from start: Int) -> (end: Int, last: Int) {
        var (position, last) = (start, start)
        while position < count {
            let scalar = scalar(at: position)
            if scalar.kind != .whitespace { break }
            (last, position) = (position, scalar.next)
        }
        return (position, last)
    }
}
