import Foundation
import Moderation
import Storage

/// Reads a JSONL dataset line by line; the texts of its rows stay in memory, its over-long lines never enter it.
package struct DatasetReader: Sendable {
    /// How much is read.
    package let limits: DatasetLimits

    /// Creates a reader.
    package init(limits: DatasetLimits = DatasetLimits()) {
        self.limits = limits
    }

    /// Reads a whole dataset.
    ///
    /// - Parameter onLine: told each line's number after it was read, for progress.
    /// - Throws: `DatasetError` when the file cannot be read, changed meanwhile, is too large, or holds no example.
    package func read(_ path: String, onLine: (Int) -> Void = { _ in }) throws(DatasetError) -> Dataset {
        let file = try reading { () throws(StorageError) in try InputFile(path) }
        guard file.byteCount > 0 else {
            throw DatasetError(.empty, "the file is empty", remedy: "Send at least one row", path: path)
        }
        guard file.byteCount <= limits.maximumBytes else {
            throw DatasetError(
                .tooLarge, "the file has \(file.byteCount) bytes; the policy allows \(limits.maximumBytes)",
                remedy: "Split it, or raise the policy's maximum_bytes", path: path)
        }
        var builder = DatasetBuilder(path: path, limits: limits)
        var splitter = LineSplitter(maximumLineBytes: limits.maximumLineBytes)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { chunk.deallocate() }
        while true {
            let count = try reading { () throws(StorageError) in try file.read(into: chunk) }
            if count == 0 { break }
            splitter.feed(UnsafeRawBufferPointer(rebasing: chunk[0..<count])) { range, bytes in
                builder.add(range, bytes)
                onLine(range.line)
            }
            try requireFewLines(builder.dataset)
        }
        splitter.finish { range, bytes in
            builder.add(range, bytes)
            onLine(range.line)
        }
        try requireFewLines(builder.dataset)
        builder.dataset.sha256 = try reading { () throws(StorageError) in try file.finish() }
        builder.dataset.byteCount = file.byteCount
        guard !builder.dataset.examples.isEmpty else { throw noExamples(builder.dataset) }
        return builder.dataset
    }

    private func requireFewLines(_ dataset: Dataset) throws(DatasetError) {
        guard dataset.lineCount <= limits.maximumLines else {
            throw DatasetError(
                .tooManyLines, "the file has more than \(limits.maximumLines) lines", remedy: "Split it",
                path: dataset.path)
        }
    }

    private func noExamples(_ dataset: Dataset) -> DatasetError {
        let kinds = Dictionary(grouping: dataset.findings, by: \.rule).map { "\($0.key): \($0.value.count)" }.sorted()
        let faults = dataset.findings.first.map {
            " (\(kinds.joined(separator: ", "))); the first, line \($0.line ?? 1), \($0.detail)"
        }
        return DatasetError(
            .noExamples,
            "none of the \(dataset.lineCount) lines is an example\(faults ?? ", all are blank")",
            remedy: "Send JSONL, one row a line: messages, prompt and completion, or instruction and output",
            path: dataset.path)
    }
}

/// Turns lines into examples and findings.
struct DatasetBuilder {
    var dataset: Dataset
    private var tape: JSONTape

    init(path: String, limits: DatasetLimits) {
        dataset = Dataset(
            path: path, sha256: "", byteCount: 0, maximumLineBytes: limits.maximumLineBytes)
        tape = JSONTape(maximumDepth: limits.maximumDepth)
    }

    /// Takes a line; `bytes` is `nil` where it is over-long.
    mutating func add(_ range: LineRange, _ bytes: UnsafeBufferPointer<UInt8>?) {
        guard let bytes else {
            return refuse(
                range,
                RowFault(.overLongLine, "the line has \(range.bytes.count) bytes, more than the policy allows"))
        }
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
            dataset.blankLines.append(range)
            return
        }
        do throws(RowFault) {
            try check(bytes, isFirst: range.line == 1)
            try tape.parse(bytes)
            let (shape, turns) = try RowReader(bytes: bytes, tape: tape).read()
            if let first = dataset.shape, first != shape {
                throw RowFault(
                    .mixedShapes, at: 0,
                    "the row is of the \(shape.rawValue) shape, the first one of the \(first.rawValue) shape")
            }
            dataset.shape = shape
            dataset.examples.append(Example(line: range.line, byteRange: range.bytes, turns: turns))
            dataset.exampleLines.append(range)
        } catch {
            refuse(range, error)
        }
    }

    private func check(_ bytes: UnsafeBufferPointer<UInt8>, isFirst: Bool) throws(RowFault) {
        if isFirst, bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw RowFault(.byteOrderMark, at: 0, "the file begins with a byte order mark")
        }
        if let offset = bytes.firstNul { throw RowFault(.nulByte, at: offset, "the line holds a NUL") }
        guard !bytes.isASCII else { return }
        do {
            _ = try UTF8Span(validating: Span(_unsafeElements: bytes))
        } catch {
            throw RowFault(.invalidUTF8, at: error.byteOffsets.lowerBound, "the line is not UTF-8")
        }
    }

    private mutating func refuse(_ range: LineRange, _ fault: RowFault) {
        let place = fault.offset.map { ", at byte \($0 + 1) of the line" } ?? ""
        dataset.malformedLines.append(range)
        dataset.findings.append(
            Finding(
                rule: fault.code.rule, action: .quarantine, line: range.line, byteRange: range.bytes,
                detail: fault.detail + place))
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The offset of the first zero.
    fileprivate var firstNul: Int? {
        guard let baseAddress, let found = memchr(baseAddress, 0, count) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(baseAddress)
    }

    /// Whether no byte has its highest bit set.
    fileprivate var isASCII: Bool {
        var bits: UInt8 = 0
        for byte in self { bits |= byte }
        return bits < 0x80
    }
}
