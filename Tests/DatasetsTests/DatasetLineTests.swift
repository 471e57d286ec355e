import Datasets
import Diagnostics
import Moderation
import Storage
import TestSupport
import Testing

@Suite("Lines of a dataset")
struct DatasetLineTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private let size = goodRow.utf8.count

    /// A row of exactly this many bytes.
    private func row(_ count: Int) -> String {
        let frame = #"{"prompt":"","completion":"c"}"#
        return #"{"prompt":""# + String(repeating: "x", count: count - frame.utf8.count) + #"","completion":"c"}"#
    }

    @Test("Size, hash, path and line count are the file's")
    func properties() throws {
        let text = "\(goodRow)\n\n{}\n"
        let path = try folder.write(text, to: "data.jsonl")
        var told: [Int] = []
        let dataset = try DatasetReader().read(path) { told.append($0) }
        #expect(dataset.path == path)
        #expect(dataset.byteCount == text.utf8.count)
        #expect(dataset.sha256 == sha256(of: Array(text.utf8)))
        #expect(dataset.lineCount == 3)
        #expect(told == [1, 2, 3])
    }

    @Test("A carriage return before the line feed belongs to the line's ending")
    func carriageReturn() throws {
        let dataset = try folder.read("\(goodRow)\r\n\(goodRow)\r\n")
        #expect(
            dataset.exampleLines == [
                LineRange(line: 1, bytes: 0..<size, end: size + 2),
                LineRange(line: 2, bytes: size + 2..<2 * size + 2, end: 2 * size + 4),
            ])
        #expect(expectTiles(dataset))
    }

    @Test("The last line may lack its ending")
    func missingEnding() throws {
        let dataset = try folder.read("\(goodRow)\n\(goodRow)")
        #expect(dataset.exampleLines.last == LineRange(line: 2, bytes: size + 1..<2 * size + 1, end: 2 * size + 1))
        let bad = try folder.read("\(goodRow)\n{")
        #expect(bad.malformedLines == [LineRange(line: 2, bytes: size + 1..<size + 2, end: size + 2)])
    }

    @Test("Lines of white space mean nothing")
    func blankLines() throws {
        let dataset = try folder.read("\n \t \n\(goodRow)\n\r\n\n\(goodRow)\n\n  ")
        #expect(dataset.examples.map(\.line) == [3, 6])
        #expect(dataset.blankLines.map(\.line) == [1, 2, 4, 5, 7, 8])
        #expect(dataset.blankLines.first == LineRange(line: 1, bytes: 0..<0, end: 1))
        #expect(dataset.findings.isEmpty)
        #expect(expectTiles(dataset))
    }

    @Test("A line at the limit is read, one over it is not", arguments: ["\n", "\r\n", ""], [100, 5000])
    func lineLimit(ending: String, limit: Int) throws {
        var limits = DatasetLimits()
        limits.maximumLineBytes = limit
        let good = #"{"prompt":"p","completion":"c"}"#
        let fits = try folder.read("\(good)\n\(row(limit))\(ending)", limits: limits)
        #expect(fits.examples.map(\.line) == [1, 2])
        let dataset = try folder.read("\(good)\n\(row(limit + 1))\(ending)", limits: limits)
        let start = good.utf8.count + 1
        #expect(dataset.findings.map(\.rule) == ["dataset.over-long-line"])
        #expect(
            dataset.malformedLines == [
                LineRange(
                    line: 2, bytes: start..<start + limit + 1, end: start + limit + 1 + ending.utf8.count)
            ])
        #expect(dataset.findings.first?.byteRange == start..<start + limit + 1)
        #expect(expectTiles(dataset))
    }

    @Test("The limit holds for lines that span chunks of the file", arguments: ["\n", "\r\n", ""])
    func longLines(ending: String) throws {
        var limits = DatasetLimits()
        limits.maximumLineBytes = 3 << 20
        for extra in [-1, 0, 1, 2] {
            let long = row(limits.maximumLineBytes + extra)
            let dataset = try folder.read("\(row(40))\n\(long)\(ending)", limits: limits)
            #expect(dataset.examples.map(\.line) == (extra > 0 ? [1] : [1, 2]))
            #expect(dataset.malformedLines.map(\.bytes.count) == (extra > 0 ? [limits.maximumLineBytes + extra] : []))
            #expect(expectTiles(dataset))
        }
    }

    @Test("Lines that end next to a chunk's end are whole", arguments: -3...3)
    func chunkBoundary(offset: Int) throws {
        let first = row((1 << 20) + offset - 1)
        var limits = DatasetLimits()
        limits.maximumLineBytes = 2 << 20
        for ending in ["\n", "\r\n"] {
            let dataset = try folder.read("\(first)\(ending)\(row(50))\(ending)\(row(51))", limits: limits)
            #expect(dataset.exampleLines.map(\.bytes.count) == [first.utf8.count, 50, 51])
            #expect(dataset.findings.isEmpty)
            #expect(expectTiles(dataset))
        }
    }

    @Test("Twenty megabytes without a line ending are one over-long line")
    func garbage() throws {
        let good = Array((goodRow + "\n").utf8)
        let dataset = try folder.read(good + [UInt8](repeating: 0xC3, count: 20_000_000) + [0x0A] + good)
        #expect(dataset.examples.map(\.line) == [1, 3])
        #expect(dataset.malformedLines.map(\.bytes.count) == [20_000_000])
        #expect(dataset.findings.map(\.rule) == ["dataset.over-long-line"])
        #expect(expectTiles(dataset))
    }

    @Test("An empty file is an error of its own")
    func empty() {
        let error = #expect(throws: DatasetError.self) { try folder.read("") }
        #expect(error?.code == .empty)
    }

    @Test("A file of blank lines has no examples, and the error says so")
    func onlyBlank() {
        let error = #expect(throws: DatasetError.self) { try folder.read("\n\n  \n") }
        #expect(error?.code == .noExamples)
        #expect(error?.message == "none of the 3 lines is an example, all are blank")
    }

    @Test("A file without examples names its faults and the first one's line")
    func noExamples() {
        let error = #expect(throws: DatasetError.self) { try folder.read("\nnonsense\n{}\n{}\n") }
        #expect(error?.code == .noExamples)
        #expect(error?.message.contains("dataset.invalid-json: 1, dataset.unknown-shape: 2") == true)
        #expect(error?.message.contains("the first, line 2,") == true)
    }

    @Test("A file over the limit is refused before it is read")
    func tooLarge() throws {
        var limits = DatasetLimits()
        limits.maximumBytes = size
        #expect(try folder.read(goodRow, limits: limits).examples.count == 1)
        let error = #expect(throws: DatasetError.self) { try folder.read(goodRow + "\n", limits: limits) }
        #expect(error?.code == .tooLarge)
    }

    @Test("A file with more lines than the limit is refused, whatever they hold", arguments: ["x", "", goodRow])
    func tooManyLines(line: String) throws {
        var limits = DatasetLimits()
        limits.maximumLines = 4
        let good = goodRow + "\n"
        #expect(try folder.read("\(good)\(line)\n\(line)\n\(line)\n", limits: limits).lineCount == 4)
        for ending in ["", "\n"] {
            let error = #expect(throws: DatasetError.self) {
                try folder.read("\(good)\(line)\n\(line)\n\(line)\n\(goodRow)\(ending)", limits: limits)
            }
            #expect(error?.code == .tooManyLines)
        }
    }

    @Test("A file of nothing but line endings is refused before it fills the memory")
    func lineEndings() {
        let error = #expect(throws: DatasetError.self) { try folder.read([UInt8](repeating: 0x0A, count: 3 << 20)) }
        #expect(error?.code == .tooManyLines)
    }

    @Test("A file that cannot be opened carries the cause")
    func unreadable() {
        let error = #expect(throws: DatasetError.self) { try DatasetReader().read(folder.file("missing")) }
        #expect(error?.code == .unreadable)
        #expect(error?.cause?.code == .notFound)
        let directory = #expect(throws: DatasetError.self) { try DatasetReader().read(folder.path) }
        #expect(directory?.cause?.code == .isDirectory)
    }
}
