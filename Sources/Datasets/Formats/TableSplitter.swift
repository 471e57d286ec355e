/// Cuts a table into records, ended by LF, CR LF or CR outside quotation marks; the last one may lack its ending.
///
/// RFC 4180: a field that begins with a quotation mark ends at the next one that is not doubled. A mark anywhere else is
/// no part of the grammar, and programs differ in what they make of it; it ends nothing here, and its record is refused
/// when it is read.
struct TableSplitter {
    private enum State {
        case fieldStart
        case plain
        case quoted
        case quoteInQuoted
        case afterReturn
    }

    private let delimiter: UInt8
    private var buffer: RecordBuffer
    private var state = State.fieldStart
    private var offset: Int
    private var line = 1
    /// Bytes of the record whose CR was the last byte so far.
    private var returned: [UInt8]?
    private var returnedCount = 0

    /// Prepares to cut a table.
    ///
    /// - Parameter offset: where its first byte lies in the file.
    init(delimiter: UInt8, maximumRecordBytes: Int, offset: Int) {
        self.delimiter = delimiter
        buffer = RecordBuffer(limit: maximumRecordBytes)
        self.offset = offset
    }

    /// Takes the next chunk; `body` gets each record that it ends.
    mutating func feed<Failure: Error>(
        _ chunk: UnsafeRawBufferPointer, _ body: (Record) throws(Failure) -> Void
    ) throws(Failure) {
        guard let base = chunk.baseAddress else { return }
        var start = 0
        var position = 0
        while position < chunk.count {
            let byte = chunk[position]
            switch state {
            case .afterReturn:
                // Only here, at a chunk's beginning, is the byte after a CR not known when the CR is met.
                state = .fieldStart
                try emitReturned(endings: byte == 0x0A ? 2 : 1, body)
                if byte == 0x0A { position += 1 }
                start = position
                continue
            case .fieldStart:
                state = byte == UInt8(ascii: "\"") ? .quoted : .plain
                if state == .quoted { position += 1 }
                continue
            case .quoted:
                let quote = UInt8(ascii: "\"")
                position = firstPosition(of: quote, quote, quote, quote, in: base, from: position, to: chunk.count)
                guard position < chunk.count else { continue }
                state = .quoteInQuoted
                position += 1
                continue
            case .quoteInQuoted:
                state = byte == UInt8(ascii: "\"") ? .quoted : .plain
                if state == .quoted { position += 1 }
                continue
            case .plain:
                position = firstPosition(
                    of: delimiter, 0x0A, 0x0D, 0x0A, in: base, from: position, to: chunk.count)
                guard position < chunk.count else { continue }
            }
            let end = chunk[position]
            position += 1
            state = .fieldStart
            guard end != delimiter else { continue }
            let piece = UnsafeRawBufferPointer(start: base + start, count: position - 1 - start)
            if end == 0x0D, position == chunk.count {
                state = .afterReturn
                returnedCount = buffer.count + piece.count
                var kept: [UInt8]?
                try buffer.end(piece) { (bytes) throws(Failure) in kept = bytes.map(Array.init) }
                returned = kept
            } else {
                let isReturn = end == 0x0D
                let isPair = end == 0x0D && chunk[position] == 0x0A
                if isPair { position += 1 }
                let range = nextRange(buffer.count + piece.count, endings: isPair ? 2 : 1)
                try buffer.end(piece) { (bytes) throws(Failure) in
                    try body(Record(range: range, bytes: bytes, endsInReturn: isReturn))
                }
            }
            start = position
        }
        if state != .afterReturn {
            buffer.keep(UnsafeRawBufferPointer(start: base + start, count: chunk.count - start))
        }
    }

    /// Ends the stream: what is left is the last record.
    mutating func finish<Failure: Error>(_ body: (Record) throws(Failure) -> Void) throws(Failure) {
        if state == .afterReturn { return try emitReturned(endings: 1, body) }
        guard buffer.count > 0 else { return }
        let fault =
            state == .quoted ? RowFault(.invalidTable, "a quotation mark opens a field that does not end") : nil
        let range = nextRange(buffer.count, endings: 0)
        try buffer.end(UnsafeRawBufferPointer(start: nil, count: 0)) { (bytes) throws(Failure) in
            try body(Record(range: range, bytes: bytes, fault: fault))
        }
    }

    private mutating func emitReturned<Failure: Error>(
        endings: Int, _ body: (Record) throws(Failure) -> Void
    ) throws(Failure) {
        let range = nextRange(returnedCount, endings: endings)
        let bytes = returned
        returned = nil
        guard let bytes else { return try body(Record(range: range, endsInReturn: true)) }
        try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try body(Record(range: range, bytes: bytes, endsInReturn: true))
        }
    }

    /// Where the record that ends now lies.
    private mutating func nextRange(_ count: Int, endings: Int) -> LineRange {
        let range = LineRange(line: line, bytes: offset..<offset + count, end: offset + count + endings)
        offset = range.end
        line += 1
        return range
    }
}
