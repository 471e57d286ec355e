import Datasets
import Diagnostics
import Moderation
import TestSupport
import Testing

@Suite("Formats of datasets")
struct FormatTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static let contents: [(String, String, DatasetFormat.Layout)] = [
        ("\(goodRow)\n\(goodRow)\n", "jsonl", .lines), ("[\(goodRow),\n\(goodRow)]", "json", .array),
        ("prompt,completion\na,b\nc,d\n", "csv", .commas), ("prompt\tcompletion\na\tb\nc\td\n", "tsv", .tabs),
    ]

    @Test("Every layout is read packed and plain, and written as it came", arguments: contents, ["", ".gz", ".zst"])
    func formats(content: (String, String, DatasetFormat.Layout), ending: String) throws {
        let compression: DatasetFormat.Compression = ending == ".gz" ? .gzip : ending == ".zst" ? .zstd : .none
        let bytes = Array(content.0.utf8)
        let dataset = try folder.read(Packing.pack(bytes, compression), named: "rows.\(content.1)\(ending)")
        #expect(dataset.format == DatasetFormat(content.2, compression))
        #expect(dataset.examples.count == 2)
        #expect(dataset.contentBytes == bytes.count)
        #expect(expectCover(dataset))
        let written = try folder.output(dataset, [dataset.exampleLines[1]])
        let again = try folder.read(written, named: "cleared.\(content.1)\(ending)")
        #expect(again.format == dataset.format)
        #expect(again.examples.map(\.turns) == [dataset.examples[1].turns])
        // The same rows give the same bytes.
        #expect(try folder.output(dataset, [dataset.exampleLines[1]]) == written)
        // The content tells the compression where the name does not.
        #expect(
            try folder.read(Packing.pack(bytes, compression), named: "rows.\(content.1)").format == dataset.format)
    }

    @Test("Members and frames one after another are one file", arguments: [DatasetFormat.Compression.gzip, .zstd])
    func members(compression: DatasetFormat.Compression) throws {
        let line = Array((goodRow + "\n").utf8)
        let parts = [line + line.prefix(7), Array(line.dropFirst(7)), [], line]
        let dataset = try folder.read(parts.flatMap { Packing.pack($0, compression) }, named: "rows.jsonl")
        #expect(dataset.examples.count == 3)
        #expect(expectCover(dataset))
    }

    @Test("A skippable frame of zstd holds nothing")
    func skippable() throws {
        let frame: [UInt8] = [0x51, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let dataset = try folder.read(
            frame + Packing.zstd(Array((goodRow + "\n").utf8)) + frame, named: "rows.jsonl.zst")
        #expect(dataset.examples.count == 1)
    }

    @Test(
        "A frame that ends where a buffer is full is whole", arguments: [65_536, 65_536 + (1 << 20)],
        [DatasetFormat.Compression.gzip, .zstd])
    func fullBuffer(size: Int, compression: DatasetFormat.Compression) throws {
        let line = Array((goodRow + "\n").utf8)
        let bytes = line + [UInt8](repeating: 0x20, count: size - line.count)
        let dataset = try folder.read(Packing.pack(bytes, compression), named: "rows.jsonl")
        #expect(dataset.examples.count == 1 && dataset.contentBytes == size)
    }

    @Test("Large packed files are read whole", arguments: [DatasetFormat.Compression.gzip, .zstd])
    func large(compression: DatasetFormat.Compression) throws {
        var random = SplitMix(state: 5)
        var bytes: [UInt8] = []
        for _ in 0..<3000 {
            let text = (0..<80).map { _ in String(UInt64.random(in: 0...(.max), using: &random), radix: 36) }
            bytes += Array(#"{"prompt":"\#(text.joined(separator: " "))","completion":"c"}"#.utf8) + [0x0A]
        }
        #expect(bytes.count > 2 << 20)
        let dataset = try folder.read(Packing.pack(bytes, compression), named: "rows.jsonl")
        #expect(dataset.examples.count == 3000)
        #expect(expectCover(dataset))
        let written = try folder.output(dataset, dataset.exampleLines)
        let again = try folder.read(written, named: "again.jsonl")
        #expect(again.exampleLines == dataset.exampleLines)
    }

    @Test("A stream that is cut anywhere is refused", arguments: [DatasetFormat.Compression.gzip, .zstd])
    func truncated(compression: DatasetFormat.Compression) throws {
        let packed = Packing.pack(Array("\(goodRow)\n\(goodRow)\n".utf8), compression)
        for count in 4..<packed.count {
            #expect(
                try folder.refusal(of: Array(packed[..<count]), named: "rows.jsonl").code == .damagedCompression)
        }
    }

    @Test("A stream with any byte changed is refused, or is the same", arguments: [DatasetFormat.Compression.gzip])
    func damaged(compression: DatasetFormat.Compression) throws {
        let packed = Packing.pack(Array("\(goodRow)\n\(goodRow)\n".utf8), compression)
        // Bytes 3 to 9 of a gzip header say nothing of the content.
        for index in 10..<packed.count {
            var changed = packed
            changed[index] ^= 0x55
            #expect(try folder.refusal(of: changed, named: "rows.jsonl").code == .damagedCompression)
        }
    }

    @Test("What follows a stream is no part of it, and refused", arguments: [DatasetFormat.Compression.gzip, .zstd])
    func trailing(compression: DatasetFormat.Compression) throws {
        let packed = Packing.pack(Array("\(goodRow)\n".utf8), compression)
        for rest in [[0], Array(goodRow.utf8), [0x1F], [0x28, 0xB5]] as [[UInt8]] {
            #expect(try folder.refusal(of: packed + rest, named: "rows.jsonl").code == .damagedCompression)
        }
    }

    @Test("A file that unpacks to too much is refused while it is read")
    func bombs() throws {
        let zeros = [UInt8](repeating: 0x20, count: 64 << 20)
        for packed in [Packing.gzip(zeros, level: 9), Packing.zstd(zeros, level: 9)] {
            #expect(try folder.refusal(of: packed, named: "rows.jsonl").code == .decompressionBomb)
            var limits = DatasetLimits()
            limits.maximumBytes = 1 << 20
            #expect(try folder.refusal(of: packed, named: "rows.jsonl", limits: limits).code == .tooLarge)
        }
    }

    @Test("A packed file of nothing is empty", arguments: [DatasetFormat.Compression.gzip, .zstd])
    func empty(compression: DatasetFormat.Compression) throws {
        #expect(try folder.refusal(of: Packing.pack([], compression), named: "rows.jsonl").code == .empty)
    }

    @Test(
        "A name that says another thing than the content is refused where it is dangerous",
        arguments: [
            ("rows.csv", "\(goodRow)\n"), ("rows.tsv", "[\(goodRow)]"), ("rows.CSV", " \n \(goodRow)\n"),
            ("rows.jsonl.gz", "\(goodRow)\n"), ("rows.zst", "\(goodRow)\n"),
        ])
    func mismatch(name: String, content: String) throws {
        #expect(try folder.refusal(of: Array(content.utf8), named: name).code == .formatMismatch)
    }

    @Test("A name that is one compression and a content that is another do not go together")
    func wrongCompression() throws {
        let packed = Packing.gzip(Array("\(goodRow)\n".utf8))
        #expect(try folder.refusal(of: packed, named: "rows.jsonl.zst").code == .formatMismatch)
    }

    private static let foreign: [(String, [UInt8])] = [
        ("Parquet", Array("PAR1".utf8) + [0x15, 0x04]), ("Arrow file", Array("ARROW1".utf8) + [0, 0]),
        ("Arrow stream", [0xFF, 0xFF, 0xFF, 0xFF, 0x10, 0, 0, 0]), ("Feather", Array("FEA1".utf8)),
        ("ORC", Array("ORC".utf8) + [1]), ("Avro", Array("Obj\u{1}".utf8)), ("ZIP", Array("PK\u{3}\u{4}".utf8)),
        ("Excel", [0xD0, 0xCF, 0x11, 0xE0, 0xA1]), ("HDF5", [0x89] + Array("HDF\r\n".utf8)),
        ("NumPy", [0x93] + Array("NUMPY".utf8)), ("SQLite", Array("SQLite format 3\u{0}".utf8)),
        ("bzip2", Array("BZh9".utf8)), ("xz", [0xFD] + Array("7zXZ".utf8) + [0]), ("LZ4", [0x04, 0x22, 0x4D, 0x18]),
        ("7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]), ("RAR", Array("Rar!\u{1A}".utf8)),
        ("PDF", Array("%PDF-1.7".utf8)),
        ("tar", [UInt8](repeating: 0x61, count: 257) + Array("ustar\u{0}00".utf8)), ("pickle", [0x80, 4, 0x95]),
        ("UTF-16", [0xFF, 0xFE, 0x7B, 0]), ("UTF-16", [0xFE, 0xFF, 0, 0x7B]), ("UTF-16LE", [0x7B, 0, 0x22, 0]),
        ("UTF-16BE", [0, 0x7B, 0, 0x22]), ("UTF-32", [0xFF, 0xFE, 0, 0]), ("UTF-32LE", [0x7B, 0, 0, 0]),
        ("web page", Array("<!DOCTYPE html>".utf8)), ("XML", Array("<?xml version".utf8)),
    ]

    @Test("Formats that are not read are named, with the way to convert them", arguments: foreign)
    func unsupported(name: String, bytes: [UInt8]) throws {
        for compression in DatasetFormat.Compression.allCases {
            let error = try folder.refusal(of: Packing.pack(bytes, compression), named: "rows")
            #expect(error.code == .unsupportedFormat)
            #expect(error.message.contains(name))
            #expect(error.remedy?.isEmpty == false)
        }
    }
}
