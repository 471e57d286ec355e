import Storage

/// Copies rows of a dataset, byte for byte, in one more pass over the file.
package struct DatasetRows {
    private let dataset: Dataset

    /// Prepares to copy rows of a dataset that was read.
    package init(_ dataset: Dataset) {
        self.dataset = dataset
    }

    /// The most bytes of an over-long line that are handed out; what it has beyond stays in the original only.
    package static let maximumRowBytes = 4 << 20

    /// Goes through the lines that `wanted` names, in order, and hands out each one's bytes with its ending; an array's
    /// element without.
    ///
    /// - Parameters:
    ///   - wanted: lines in ascending order.
    ///   - body: gets a line's bytes, ending included; an over-long line is cut at `maximumRowBytes`.
    /// - Throws: `DatasetError` when the file is no longer what was read; nothing that was made of the bytes handed out
    ///   may then be kept. What `body` throws ends the pass.
    package func forEach(
        _ wanted: [LineRange], _ body: (LineRange, [UInt8]) throws -> Void
    ) throws {
        guard !wanted.isEmpty else {
            // Nothing to decode: a file that is no dataset cannot be, and has the bytes it had all the same.
            let digest = try reading { () throws(StorageError) in try InputFile.sha256(of: dataset.path) }
            guard digest == dataset.sha256 else { throw changed() }
            return
        }
        let source = try DatasetSource(dataset.path, maximumBytes: .max)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: source.pieceBytes(atMost: 1 << 20), alignment: 64)
        defer { chunk.deallocate() }
        let isArray = dataset.format.layout == .array
        var offset = 0
        var next = 0
        var row: [UInt8] = []
        while true {
            let count = try source.read(into: chunk)
            if count == 0 { break }
            let end = offset + count
            guard end <= dataset.contentBytes else { throw changed() }
            while next < wanted.count, wanted[next].bytes.lowerBound < end {
                // What follows an array's element is no ending of its own.
                let whole = isArray ? wanted[next].bytes.upperBound : wanted[next].end
                let start = max(wanted[next].bytes.lowerBound, offset)
                let stop = max(start, min(whole, end))
                // What was judged is never cut, however long the policy allows a line to be.
                let isRow = wanted[next].bytes.count <= dataset.maximumLineBytes
                let room = isRow ? stop - start : DatasetRows.maximumRowBytes - row.count
                row.append(contentsOf: chunk[start - offset..<min(stop, start + room) - offset])
                guard whole <= end else { break }
                try body(wanted[next], row)
                row.removeAll(keepingCapacity: true)
                next += 1
            }
            offset = end
        }
        // An array may end in an element that has no bytes.
        while next < wanted.count, wanted[next].bytes.isEmpty, wanted[next].bytes.lowerBound == offset {
            try body(wanted[next], [])
            next += 1
        }
        guard try source.finish() == dataset.sha256 else { throw changed() }
    }

    /// Writes the lines that `wanted` names as a dataset of the same format.
    ///
    /// - Parameters:
    ///   - wanted: lines in ascending order, each of them a row.
    ///   - sink: gets the dataset's bytes, in pieces.
    /// - Throws: what `forEach` throws; nothing that was written may then be kept.
    package func write(_ wanted: [LineRange], _ sink: @escaping ([UInt8]) throws -> Void) throws {
        var output = try DatasetOutput(like: dataset, sink: sink)
        try forEach(wanted) { _, bytes in try output.append(bytes) }
        try output.finish()
    }

    private func changed() -> DatasetError {
        DatasetError(
            .changedDuringRead, "the file is no longer what was judged", remedy: "Judge it again", path: dataset.path)
    }
}
