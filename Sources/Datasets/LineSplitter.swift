import Foundation

/// Cuts a stream of chunks into lines, ended by LF or CR LF; the last line may lack its ending.
///
/// A line longer than the limit is not kept: its bytes are counted and passed over.
struct LineSplitter {
    private let maximumLineBytes: Int
    private var partial: [UInt8] = []
    private var partialCount = 0
    private var offset = 0
    private var line = 1
    private var endsInReturn = false

    init(maximumLineBytes: Int) {
        self.maximumLineBytes = maximumLineBytes
    }

    /// Takes the next chunk; `body` gets each line that it ends, without bytes where the line is over-long.
    mutating func feed<Failure: Error>(
        _ chunk: UnsafeRawBufferPointer, _ body: (Record) throws(Failure) -> Void
    ) throws(Failure) {
        guard let base = chunk.baseAddress else { return }
        var start = 0
        while start < chunk.count {
            let rest = chunk.count - start
            guard let found = memchr(base + start, 0x0A, rest) else {
                keep(UnsafeRawBufferPointer(start: base + start, count: rest))
                return
            }
            let length = UnsafeRawPointer(found) - (base + start)
            let piece = UnsafeRawBufferPointer(start: base + start, count: length)
            if partialCount == 0 {
                try emit(piece.bindMemory(to: UInt8.self), count: length, endings: 1, body)
            } else {
                keep(piece)
                try emitPartial(endings: 1, body)
            }
            start += length + 1
        }
    }

    /// Ends the stream: what is left is the last line.
    mutating func finish<Failure: Error>(_ body: (Record) throws(Failure) -> Void) throws(Failure) {
        if partialCount > 0 { try emitPartial(endings: 0, body) }
    }

    private mutating func keep(_ piece: UnsafeRawBufferPointer) {
        partialCount += piece.count
        if let last = piece.last { endsInReturn = last == 0x0D }
        // One byte over the limit is kept for a CR, which is not counted as the line's.
        if partialCount <= maximumLineBytes + 1 {
            partial.append(contentsOf: piece)
        } else {
            partial.removeAll(keepingCapacity: false)
        }
    }

    private mutating func emitPartial<Failure: Error>(
        endings: Int, _ body: (Record) throws(Failure) -> Void
    ) throws(Failure) {
        let count = partialCount
        let kept = partial
        partial.removeAll(keepingCapacity: true)
        partialCount = 0
        try kept.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try emit(kept.count == count ? bytes : nil, count: count, endings: endings, body)
        }
    }

    private mutating func emit<Failure: Error>(
        _ bytes: UnsafeBufferPointer<UInt8>?, count: Int, endings: Int, _ body: (Record) throws(Failure) -> Void
    ) throws(Failure) {
        let hasReturn = endings == 1 && (bytes.map { $0.last == 0x0D } ?? endsInReturn)
        let length = hasReturn ? count - 1 : count
        let range = LineRange(line: line, bytes: offset..<offset + length, end: offset + count + endings)
        offset = range.end
        line += 1
        let whole = length > maximumLineBytes ? nil : bytes.map { UnsafeBufferPointer(rebasing: $0[0..<length]) }
        try body(Record(range: range, bytes: whole))
    }
}
