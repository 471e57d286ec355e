/// Cuts a JSON array into its elements without parsing them: at the commas outside strings and brackets.
///
/// Each element is then read by itself, so that where every element is JSON, these are the elements that any parser
/// sees. An element's range ends with its last byte; what stands between two is white space and one comma.
struct ArraySplitter {
    private enum State {
        case beforeArray
        case beforeElement
        case element
        case string
        case escape
        case closed
        case afterArray
    }

    private var buffer: RecordBuffer
    private var state = State.beforeArray
    private var depth = 0
    private var hasElements = false
    /// The number of the next element.
    private var line = 1
    /// Offset in the file of the chunk's first byte, and of the element's.
    private var offset = 0
    private var elementStart = 0

    init(maximumElementBytes: Int) {
        buffer = RecordBuffer(limit: maximumElementBytes)
    }

    /// Takes the next chunk; `body` gets each element that it ends.
    mutating func feed<Failure: Error>(
        _ chunk: UnsafeRawBufferPointer, _ body: (Record) throws(Failure) -> Void
    ) throws(Failure) {
        guard let base = chunk.baseAddress else { return }
        var start = 0
        var position = 0
        while position < chunk.count {
            switch state {
            case .string:
                let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
                position = firstPosition(
                    of: quote, backslash, quote, backslash, in: base, from: position, to: chunk.count)
                guard position < chunk.count else { continue }
                state = chunk[position] == quote ? .element : .escape
                position += 1
            case .escape:
                state = .string
                position += 1
            case .element:
                let byte = chunk[position]
                let isEnd = depth == 0 && (byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]"))
                guard isEnd else {
                    take(byte)
                    position += 1
                    continue
                }
                let piece = UnsafeRawBufferPointer(start: base + start, count: position - start)
                try end(piece, fault: nil, body)
                state = byte == UInt8(ascii: ",") ? .beforeElement : .closed
                position += 1
            case .beforeArray, .beforeElement, .closed:
                let byte = chunk[position]
                guard byte != 0x20, byte != 0x0A, byte != 0x0D, byte != 0x09 else {
                    position += 1
                    continue
                }
                if try begins(byte, at: offset + position, body) { start = position } else { position += 1 }
            case .afterArray: position = chunk.count
            }
        }
        switch state {
        case .element, .string, .escape, .afterArray:
            buffer.keep(UnsafeRawBufferPointer(start: base + start, count: chunk.count - start))
        case .beforeArray, .beforeElement, .closed: break
        }
        offset += chunk.count
    }

    /// Ends the stream.
    mutating func finish<Failure: Error>(_ body: (Record) throws(Failure) -> Void) throws(Failure) {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        switch state {
        case .beforeArray, .closed: return
        case .afterArray:
            try end(nothing, fault: RowFault(.invalidJSON, at: 0, "something follows the array"), body)
        case .element, .string, .escape:
            try end(nothing, fault: RowFault(.invalidJSON, "the array does not end after this element"), body)
        case .beforeElement:
            elementStart = offset
            try end(nothing, fault: RowFault(.invalidJSON, "the array does not end"), body)
        }
    }

    /// Whether the byte belongs to an element that begins with it.
    private mutating func begins<Failure: Error>(
        _ byte: UInt8, at place: Int, _ body: (Record) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        elementStart = place
        switch state {
        case .beforeArray:
            // The format was told by this bracket.
            state = .beforeElement
            return false
        case .closed:
            state = .afterArray
            return true
        default: break
        }
        let isEmpty = byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
        guard isEmpty else {
            hasElements = true
            state = .element
            depth = 0
            return true
        }
        if byte == UInt8(ascii: ",") || hasElements {
            hasElements = true
            try end(
                UnsafeRawBufferPointer(start: nil, count: 0),
                fault: RowFault(.invalidJSON, at: 0, "an element is expected"), body)
        }
        if byte == UInt8(ascii: "]") { state = .closed }
        return false
    }

    private mutating func take(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): state = .string
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(0, depth - 1)
        default: break
        }
    }

    private mutating func end<Failure: Error>(
        _ piece: UnsafeRawBufferPointer, fault: RowFault?, _ body: (Record) throws(Failure) -> Void
    ) throws(Failure) {
        let count = buffer.count + piece.count
        let (start, number) = (elementStart, line)
        line += 1
        try buffer.end(piece) { (bytes) throws(Failure) in
            let trimmed = bytes.map { bytes in
                let blanks = bytes.reversed().prefix { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }.count
                return UnsafeBufferPointer(rebasing: bytes[..<(bytes.count - blanks)])
            }
            let end = start + (trimmed?.count ?? count)
            try body(Record(range: LineRange(line: number, bytes: start..<end, end: end), bytes: trimmed, fault: fault))
        }
    }
}
