/// Writes rows in the format that they came in.
///
/// Rows keep their bytes. Lines and records keep their endings too, and get a line feed where they have none and another
/// row follows; elements of an array stand on lines of their own. A table keeps its header.
package struct DatasetOutput {
    private let format: DatasetFormat
    private let sink: ([UInt8]) throws -> Void
    private let compressor: (any Compressor)?
    private var pending: [UInt8]
    private var isFirst = true
    private var needsEnding = false

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - header: a table's header with its ending, and with what comes before it.
    ///   - sink: gets the file's bytes, in pieces.
    package init(
        _ format: DatasetFormat, header: [UInt8] = [], sink: @escaping ([UInt8]) throws -> Void
    ) throws {
        self.format = format
        self.sink = sink
        compressor = try format.compression.compressor()
        pending = format.layout == .array ? [UInt8(ascii: "[")] : header
        needsEnding = format.layout != .array && !header.isEmpty && !DatasetOutput.isEnded(header)
    }

    /// Begins a file in the format of a dataset.
    package init(like dataset: Dataset, sink: @escaping ([UInt8]) throws -> Void) throws {
        try self.init(dataset.format, header: dataset.header, sink: sink)
    }

    /// Adds a row.
    package mutating func append(_ row: some Collection<UInt8>) throws {
        if format.layout == .array {
            pending += isFirst ? [0x0A] : [UInt8(ascii: ","), 0x0A]
        } else if needsEnding {
            pending.append(0x0A)
        }
        isFirst = false
        pending.append(contentsOf: row)
        needsEnding = format.layout != .array && !DatasetOutput.isEnded(row)
        if pending.count >= 1 << 18 { try flush(isLast: false) }
    }

    /// Ends the file.
    package mutating func finish() throws {
        if format.layout == .array { pending += [0x0A, UInt8(ascii: "]"), 0x0A] }
        try flush(isLast: true)
    }

    private mutating func flush(isLast: Bool) throws {
        if let compressor {
            try compressor.write(pending, isLast: isLast, sink)
        } else if !pending.isEmpty {
            try sink(pending)
        }
        pending.removeAll(keepingCapacity: true)
    }

    private static func isEnded(_ row: some Collection<UInt8>) -> Bool {
        var last: UInt8?
        for byte in row.suffix(1) { last = byte }
        return last == 0x0A || last == 0x0D
    }
}
