import CZlib
import CZstd
import Datasets
import Moderation
import TestSupport
import Testing

/// Packs bytes as a test's own programs would, independently of how datasets are written.
enum Packing {
    /// One gzip member.
    static func gzip(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(&stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else { return [] }
        defer { deflateEnd(&stream) }
        var input = bytes
        let room = Int(deflateBound(&stream, UInt(bytes.count))) + 64
        return [UInt8](unsafeUninitializedCapacity: room) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(room)
                _ = deflate(&stream, Z_FINISH)
            }
            count = room - Int(stream.avail_out)
        }
    }

    /// One zstd frame.
    static func zstd(_ bytes: [UInt8], level: Int32 = 3) -> [UInt8] {
        let room = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: room) { output, count in
            count = ZSTD_compress(output.baseAddress, room, bytes, bytes.count, level)
        }
    }

    static func pack(_ bytes: [UInt8], _ compression: DatasetFormat.Compression) -> [UInt8] {
        switch compression {
        case .none: bytes
        case .gzip: gzip(bytes)
        case .zstd: zstd(bytes)
        }
    }
}

extension TemporaryFolder {
    /// Reads a dataset of these bytes under a name.
    func read(_ bytes: [UInt8], named name: String, limits: DatasetLimits = DatasetLimits()) throws -> Dataset {
        try DatasetReader(limits: limits).read(write(bytes, to: name))
    }

    /// The same of a text.
    func read(_ text: String, named name: String, limits: DatasetLimits = DatasetLimits()) throws -> Dataset {
        try read(Array(text.utf8), named: name, limits: limits)
    }

    /// The code of the error that reading throws.
    func refusal(of bytes: [UInt8], named name: String, limits: DatasetLimits = DatasetLimits()) throws -> DatasetError
    {
        try #require(throws: DatasetError.self) { _ = try read(bytes, named: name, limits: limits) }
    }

    /// What is written when only some of a dataset's rows are cleared.
    func output(_ dataset: Dataset, _ lines: [LineRange]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var output = try DatasetOutput(like: dataset) { bytes += $0 }
        try DatasetRows(dataset).forEach(lines) { _, row in try output.append(row) }
        try output.finish()
        return bytes
    }
}

/// Expects every byte of a dataset to be part of exactly one line, or of what is no row.
func expectCover(_ dataset: Dataset) -> Bool {
    var ranges = (dataset.exampleLines + dataset.malformedLines + dataset.blankLines).map {
        $0.bytes.lowerBound..<$0.end
    }
    ranges += dataset.structure
    ranges.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    var offset = 0
    for range in ranges {
        guard range.lowerBound == offset else { return false }
        offset = range.upperBound
    }
    let lines = (dataset.exampleLines + dataset.malformedLines + dataset.blankLines).map(\.line).sorted()
    return offset == dataset.contentBytes && Set(lines).count == lines.count
        && dataset.examples.map(\.line) == dataset.exampleLines.map(\.line)
        && dataset.malformedLines.allSatisfy { line in
            dataset.findings.contains { $0.line == line.line && $0.action == .quarantine }
        }
}
