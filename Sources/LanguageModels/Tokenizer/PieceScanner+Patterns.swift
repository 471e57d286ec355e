extension PieceScanner {
    /// GPT-2's pattern.
    ///
    /// Where digits are split off, a number ends the text that the pattern sees: a run of whitespace before it is taken
    /// whole, and no space is joined to it.
    @inline(__always)
    func endByGPT2(_ start: Int, splitsDigits: Bool) -> Int {
        let first = scalar(at: start)
        switch first.kind {
        case .letter:
            return endOfRun(.letter, from: first.next)
        case .number:
            return splitsDigits ? first.next : endOfRun(.number, from: first.next)
        case .other:
            if bytes[start] == UInt8(ascii: "'"), let end = endOfContraction(start, foldsCase: false) { return end }
            return endOfRun(.other, from: first.next)
        case .whitespace:
            if bytes[start] == UInt8(ascii: " "), first.next < count {
                let second = scalar(at: first.next)
                if second.kind != .whitespace, !(splitsDigits && second.kind == .number) {
                    return endOfRun(second.kind, from: second.next)
                }
            }
            let run = whitespaceRun(from: start)
            if splitsDigits, run.end < count, scalar(at: run.end).kind == .number { return run.end }
            return endOfWhitespace(start, run)
        }
    }

    /// Llama 3's and Qwen 2's pattern, which differ in how many digits make a piece.
    @inline(__always)
    func endByLlama(_ start: Int, digits: Int) -> Int {
        let first = scalar(at: start)
        if first.kind == .letter { return endOfRun(.letter, from: first.next) }
        if first.kind == .number {
            var end = first.next
            for _ in 1..<digits where end < count {
                let scalar = scalar(at: end)
                if scalar.kind != .number { break }
                end = scalar.next
            }
            return end
        }
        let byte = bytes[start]
        if byte == UInt8(ascii: "'"), let end = endOfContraction(start, foldsCase: true) { return end }
        if first.next < count, !isNewline(byte) {
            let second = scalar(at: first.next)
            if second.kind == .letter { return endOfRun(.letter, from: second.next) }
            if byte == UInt8(ascii: " "), second.kind == .other { return endOfSymbols(second.next) }
        }
        if first.kind == .other { return endOfSymbols(first.next) }
        let run = whitespaceRun(from: start)
        var end = run.end
        while end > start {
            if isNewline(bytes[end - 1]) { return end }
            end -= 1
        }
        return endOfWhitespace(start, run)
    }

    /// `\s+(?!\S)|\s+`: the run without its last scalar if text follows, unless that leaves nothing.
    @inline(__always)
    private func endOfWhitespace(_ start: Int, _ run: (end: Int, last: Int)) -> Int {
        run.end == count || run.last == start ? run.end : run.last
    }

    /// `[^\s\p{L}\p{N}]+[\r\n]*`, behind the first character.
    @inline(__always)
    private func endOfSymbols(_ start: Int) -> Int {
        var end = endOfRun(.other, from: start)
        while end < count, isNewline(bytes[end]) { end += 1 }
        return end
    }

    @inline(__always)
    private func isNewline(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    /// The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at an apostrophe, if one is there.
    ///
    /// Folding case, the long s (U+017F) is an s as well.
    private func endOfContraction(_ start: Int, foldsCase: Bool) -> Int? {
        func letter(_ offset: Int) -> UInt8 {
            guard start + offset < count else { return 0 }
            let byte = bytes[start + offset]
            return foldsCase && byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        }
        switch letter(1) {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"): return letter(2) == UInt8(ascii: "e") ? start + 3 : nil
        case UInt8(ascii: "l"): return letter(2) == UInt8(ascii: "l") ? start + 3 : nil
        case 0xC5: return foldsCase && letter(2) == 0xBF ? start + 3 : nil
        default: return nil
        }
    }
}
