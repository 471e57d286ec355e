/// A position in a line of valid UTF-8.
struct JSONCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func advance() { position += 1 }

    /// Passes over `byte` if it is next.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    mutating func skipWhitespace() {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else { return }
            position += 1
        }
    }

    /// Passes over a string that begins here, and says whether it has escapes (RFC 8259, section 7).
    mutating func skipString() throws(RowFault) -> Bool {
        let opening = position
        position += 1
        var hasEscapes = false
        while true {
            skipPlainText()
            guard let byte = peek else { throw RowFault(.invalidJSON, at: opening, "a string does not end") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return hasEscapes
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape()
            default: throw RowFault(.invalidJSON, at: position - 1, "a control character stands in a string")
            }
        }
    }

    /// Passes over bytes that need no attention inside a string, sixteen at a time.
    private mutating func skipPlainText() {
        let quote = SIMD16<UInt8>(repeating: UInt8(ascii: "\""))
        let backslash = SIMD16<UInt8>(repeating: UInt8(ascii: "\\"))
        let space = SIMD16<UInt8>(repeating: 0x20)
        while position + 16 <= bytes.count {
            let raw = UnsafeRawPointer(bytes.baseAddress! + position)
            let block = raw.loadUnaligned(as: SIMD16<UInt8>.self)
            if any((block .== quote) .| (block .== backslash) .| (block .< space)) { break }
            position += 16
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { return }
            position += 1
        }
    }

    private mutating func skipEscape() throws(RowFault) {
        let start = position - 1
        guard let letter = peek else { throw RowFault(.invalidJSON, at: start, "a string does not end") }
        position += 1
        switch letter {
        case UInt8(ascii: "u"):
            let first = try hexadecimal(start)
            if (0xDC00...0xDFFF).contains(first) { throw RowFault(.loneSurrogate, at: start, "half a surrogate pair") }
            guard (0xD800...0xDBFF).contains(first) else {
                if first == 0 { throw RowFault(.nulByte, at: start, "an escaped NUL stands in a string") }
                return
            }
            guard skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")), (0xDC00...0xDFFF).contains(try hexadecimal(start))
            else { throw RowFault(.loneSurrogate, at: start, "half a surrogate pair") }
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        default: throw RowFault(.invalidJSON, at: start, "this is no escape of JSON")
        }
    }

    private mutating func hexadecimal(_ start: Int) throws(RowFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = hexadecimalDigit(byte) else {
                throw RowFault(.invalidJSON, at: start, "an escape needs four hexadecimal digits")
            }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    /// Passes over a number by its grammar; its value is never computed (RFC 8259, section 6).
    mutating func skipNumber() throws(RowFault) {
        let start = position
        func fault() -> RowFault { RowFault(.invalidJSON, at: start, "this is no JSON value") }
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) {
            guard skipDigits() else { throw fault() }
        }
        if skip(UInt8(ascii: ".")) {
            guard skipDigits() else { throw fault() }
        }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            _ = skip(UInt8(ascii: "+")) || skip(UInt8(ascii: "-"))
            guard skipDigits() else { throw fault() }
        }
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
        return position > start
    }

    /// Whether two strings without escapes are the same bytes.
    func equal(_ a: JSONNode, _ b: JSONNode) -> Bool {
        a.end - a.start == b.end - b.start
            && bytes[Int(a.start)..<Int(a.end)].elementsEqual(bytes[Int(b.start)..<Int(b.end)])
    }

    /// A string's text, escapes resolved.
    func unescaped(_ node: JSONNode) -> [UInt8] { JSONText.unescaped(bytes, node) }
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
}

/// Texts of strings that a tape has already checked.
enum JSONText {
    /// A string node's text, escapes resolved.
    static func string(_ bytes: UnsafeBufferPointer<UInt8>, _ node: JSONNode) -> String {
        let written = UnsafeBufferPointer(rebasing: bytes[Int(node.start)..<Int(node.end)])
        guard node.kind == .escapedString else { return String(decoding: written, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: written.count) { unescape(written, into: $0) }
    }

    /// The same as UTF-8.
    static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>, _ node: JSONNode) -> [UInt8] {
        let written = UnsafeBufferPointer(rebasing: bytes[Int(node.start)..<Int(node.end)])
        guard node.kind == .escapedString else { return Array(written) }
        return Array(unsafeUninitializedCapacity: written.count) { $1 = unescape(written, into: $0) }
    }

    /// Resolves escapes, which never makes a text longer, and returns its length.
    private static func unescape(
        _ written: UnsafeBufferPointer<UInt8>, into text: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var length = 0
        func append(_ byte: UInt8) {
            text.initializeElement(at: length, to: byte)
            length += 1
        }
        var i = 0
        while i < written.count {
            guard written[i] == UInt8(ascii: "\\") else {
                append(written[i])
                i += 1
                continue
            }
            let letter = written[i + 1]
            i += 2
            switch letter {
            case UInt8(ascii: "b"): append(0x08)
            case UInt8(ascii: "f"): append(0x0C)
            case UInt8(ascii: "n"): append(0x0A)
            case UInt8(ascii: "r"): append(0x0D)
            case UInt8(ascii: "t"): append(0x09)
            case UInt8(ascii: "u"):
                var code = codeUnit(written, i)
                i += 4
                if (0xD800...0xDBFF).contains(code) {
                    code = 0x10000 + (code - 0xD800) << 10 + (codeUnit(written, i + 2) - 0xDC00)
                    i += 6
                }
                if let scalar = Unicode.Scalar(code) { UTF8.encode(scalar)?.forEach(append) }
            default: append(letter)
            }
        }
        return length
    }

    private static func codeUnit(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> UInt32 {
        var code: UInt32 = 0
        for byte in bytes[start..<start + 4] { code = code << 4 | (hexadecimalDigit(byte) ?? 0) }
        return code
    }
}
