/// One line, element or record as it is cut out of a file.
struct Record {
    /// Where it lies.
    var range: LineRange

    /// Its bytes without its ending; `nil` where it is over-long.
    var bytes: UnsafeBufferPointer<UInt8>?

    /// What is wrong with it, where that shows before it is read.
    var fault: RowFault?

    /// Whether it ends in a CR that no LF follows.
    var endsInReturn = false

    /// The bytes of a line's or a record's ending.
    var ending: [UInt8] {
        switch range.end - range.bytes.upperBound {
        case 0: []
        case 1: endsInReturn ? [0x0D] : [0x0A]
        default: [0x0D, 0x0A]
        }
    }
}

/// Keeps the bytes of a record that spans chunks, up to a limit; a longer one is only counted.
struct RecordBuffer {
    private let limit: Int
    private var partial: [UInt8] = []
    /// Bytes of the record so far.
    private(set) var count = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes the next bytes of the record.
    mutating func keep(_ piece: UnsafeRawBufferPointer) {
        count += piece.count
        if count <= limit {
            partial.append(contentsOf: piece)
        } else {
            partial.removeAll(keepingCapacity: false)
        }
    }

    /// Ends the record with its last bytes, and hands all of them out: `nil` where they are too many.
    mutating func end<Failure: Error>(
        _ piece: UnsafeRawBufferPointer, _ body: (UnsafeBufferPointer<UInt8>?) throws(Failure) -> Void
    ) throws(Failure) {
        if count == 0, piece.count <= limit {
            return try body(piece.bindMemory(to: UInt8.self))
        }
        keep(piece)
        let kept = partial
        let isWhole = count <= limit
        partial.removeAll(keepingCapacity: true)
        count = 0
        guard isWhole else { return try body(nil) }
        try withBytes(of: kept, body)
    }

    private func withBytes<Failure: Error>(
        of kept: [UInt8], _ body: (UnsafeBufferPointer<UInt8>?) throws(Failure) -> Void
    ) throws(Failure) {
        try kept.withUnsafeBufferPointer { (bytes) throws(Failure) in try body(bytes) }
    }
}

/// The first position from `start` on whose byte is one of four, sixteen looked at a time; `end` if there is none.
func firstPosition(
    of a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, in base: UnsafeRawPointer, from start: Int, to end: Int
) -> Int {
    var position = start
    let (first, second) = (SIMD16<UInt8>(repeating: a), SIMD16<UInt8>(repeating: b))
    let (third, fourth) = (SIMD16<UInt8>(repeating: c), SIMD16<UInt8>(repeating: d))
    while position + 16 <= end {
        let block = (base + position).loadUnaligned(as: SIMD16<UInt8>.self)
        if any((block .== first) .| (block .== second) .| (block .== third) .| (block .== fourth)) { break }
        position += 16
    }
    while position < end {
        let byte = (base + position).load(as: UInt8.self)
        if byte == a || byte == b || byte == c || byte == d { return position }
        position += 1
    }
    return end
}
