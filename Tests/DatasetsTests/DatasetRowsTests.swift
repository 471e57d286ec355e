import Datasets
import Diagnostics
import Foundation
import Moderation
import Storage
import TestSupport
import Testing

@Suite("Copies of rows")
struct DatasetRowsTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func copies(_ dataset: Dataset, _ wanted: [LineRange]) throws -> [[UInt8]] {
        var rows: [[UInt8]] = []
        var lines: [LineRange] = []
        try DatasetRows(dataset).forEach(wanted) { line, bytes in
            lines.append(line)
            rows.append(bytes)
        }
        #expect(lines == wanted)
        return rows
    }

    /// A dataset of several chunks whose lines end in every way.
    private func large() throws -> (bytes: [UInt8], dataset: Dataset) {
        var bytes: [UInt8] = []
        for index in 0..<60 {
            let text = String(repeating: "y", count: 1000 + index * index * 40)
            bytes += Array("{\"prompt\":\"\(text)\",\"completion\":\"c\"}".utf8)
            if index % 7 == 3 { bytes += Array("\n{\"broken\"\r\n  ".utf8) }
            bytes += index % 2 == 0 ? [0x0A] : [0x0D, 0x0A]
        }
        bytes += Array(#"{"prompt":"last","completion":"without an ending"}"#.utf8)
        return (bytes, try folder.read(bytes))
    }

    @Test("Wanted rows are copied byte for byte with their endings")
    func exact() throws {
        let (bytes, dataset) = try large()
        #expect(dataset.byteCount > 2 << 20)
        #expect(expectTiles(dataset))
        for lines in [dataset.exampleLines, dataset.malformedLines, dataset.blankLines, []] {
            #expect(try copies(dataset, lines) == lines.map { Array(bytes[$0.bytes.lowerBound..<$0.end]) })
        }
    }

    @Test("All lines together are the file")
    func everything() throws {
        let (bytes, dataset) = try large()
        let lines = (dataset.exampleLines + dataset.malformedLines + dataset.blankLines).sorted { $0.line < $1.line }
        #expect(try copies(dataset, lines).flatMap(\.self) == bytes)
    }

    @Test("Single rows are found, the last one without its ending", arguments: [0, 1, 30, 59, 60])
    func single(index: Int) throws {
        let (bytes, dataset) = try large()
        let line = dataset.exampleLines[index]
        #expect(try copies(dataset, [line]) == [Array(bytes[line.bytes.lowerBound..<line.end])])
    }

    @Test("An over-long line is cut, and the row after it is whole", arguments: [-1, 0, 1, 5 << 20])
    func cut(extra: Int) throws {
        let limit = DatasetRows.maximumRowBytes
        let good = Array((goodRow + "\n").utf8)
        let long = [UInt8](repeating: 0x61, count: limit + extra) + [0x0A]
        let dataset = try folder.read(good + long + good)
        let lines = dataset.exampleLines[..<1] + dataset.malformedLines + dataset.exampleLines[1...]
        #expect(try copies(dataset, Array(lines)) == [good, Array(long.prefix(limit)), good])
    }

    @Test("A row is never cut, however long the policy allows a line to be", arguments: [0, 1, 3 << 20])
    func longRow(extra: Int) throws {
        var limits = DatasetLimits()
        limits.maximumLineBytes = 16 << 20
        let text = String(repeating: "y", count: DatasetRows.maximumRowBytes + extra)
        let row = Array("{\"prompt\":\"\(text)\",\"completion\":\"c\"}\r\n".utf8)
        let dataset = try folder.read(row + row, limits: limits)
        #expect(try copies(dataset, dataset.exampleLines) == [row, row])
    }

    @Test("A file that is another one by now is noticed", arguments: ["same-size", "longer", "shorter", "missing"])
    func changed(how: String) throws {
        let dataset = try folder.read("\(goodRow)\n\(goodRow)\n")
        switch how {
        case "same-size":
            try folder.write("\(goodRow)\n\(goodRow.replacing("Plum", with: "Pear"))\n", to: "dataset.jsonl")
        case "longer": try folder.write("\(goodRow)\n\(goodRow)\n\n", to: "dataset.jsonl")
        case "shorter": try folder.write("\(goodRow)\n", to: "dataset.jsonl")
        default: try FileManager.default.removeItem(atPath: dataset.path)
        }
        let error = #expect(throws: DatasetError.self) { _ = try copies(dataset, dataset.exampleLines.dropLast()) }
        #expect(error?.code == (how == "missing" ? .unreadable : .changedDuringRead))
    }

    @Test("What the receiver throws ends the pass as it is")
    func receiverThrows() throws {
        let dataset = try folder.read("\(goodRow)\n\(goodRow)\n")
        var calls = 0
        let error = #expect(throws: StorageError.self) {
            try DatasetRows(dataset).forEach(dataset.exampleLines) { _, _ in
                calls += 1
                throw StorageError(.noSpace, "cannot write", path: "out")
            }
        }
        #expect(error?.code == .noSpace)
        #expect(calls == 1)
    }

    @Test("A file that shrinks while it is read is an error, never a shorter dataset")
    func shrinking() throws {
        let row = Array((goodRow + "\n").utf8)
        let bytes = [[UInt8]](repeating: row, count: 60_000).flatMap(\.self)
        let path = folder.file("dataset.jsonl")
        let error = #expect(throws: DatasetError.self) {
            _ = try folder.read(bytes) { line in if line == 100 { truncate(path, 2_000_000) } }
        }
        #expect(error?.code == .changedDuringRead)
    }

    @Test("A file that grows while it is read is an error")
    func growing() throws {
        let bytes = Array((goodRow + "\n").utf8)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.write(bytes, to: "other")))
        defer { try? handle.close() }
        let error = #expect(throws: DatasetError.self) {
            _ = try DatasetReader().read(folder.file("other")) { line in
                if line > 100 { return }
                handle.seekToEndOfFile()
                handle.write(Data(bytes))
            }
        }
        #expect(error?.code == .changedDuringRead)
    }
}
