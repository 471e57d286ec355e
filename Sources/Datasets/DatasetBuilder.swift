import Foundation
import Moderation

/// Turns lines into examples and findings.
struct DatasetBuilder {
    var dataset: Dataset
    private let otherContent: Action
    private let limits: DatasetLimits
    let names: FieldNames
    private var tape: JSONTape
    private var header: TableHeader?
    private var last = Kind.none
    private var example: Example?
    private let readsRows: Bool

    /// Where the last line went.
    private enum Kind {
        case none
        case example
        case malformed
        case blank
    }

    /// Begins without any line.
    ///
    /// - Parameter readsRows: whether lines are read; otherwise each that is not blank counts as an example.
    init(path: String, limits: DatasetLimits, rules: RowRules, readsRows: Bool = true) {
        self.readsRows = readsRows
        otherContent = rules.otherContent
        self.limits = limits
        names = FieldNames(rules.names)
        dataset = Dataset(
            path: path, sha256: "", byteCount: 0, maximumLineBytes: limits.maximumLineBytes)
        tape = JSONTape(maximumDepth: limits.maximumDepth)
    }

    /// The example of the line that was added last, if it is one.
    mutating func takeExample() -> Example? {
        defer { example = nil }
        return example
    }

    /// Begins with a table's columns already known, for rows that stand by themselves.
    init(header: TableHeader, limits: DatasetLimits, rules: RowRules) {
        self.init(path: "", limits: limits, rules: rules)
        self.header = header
        dataset.format = DatasetFormat(header.delimiter == 0x09 ? .tabs : .commas)
    }

    /// Takes a line.
    ///
    /// - Throws: `DatasetError` where it is a table's header, and no row could be read under it.
    mutating func add(_ record: Record) throws(DatasetError) {
        let delimiter = dataset.format.layout.delimiter
        if delimiter != nil, header == nil { return try begin(record) }
        if dataset.format.layout == .array { extendLast(to: record.range.bytes.lowerBound) }
        take(record)
    }

    /// Takes a line that is no header.
    mutating func take(_ record: Record) {
        let range = record.range
        if let fault = record.fault { return refuse(range, fault) }
        guard let bytes = record.bytes else {
            return refuse(
                range,
                RowFault(.overLongLine, "the line has \(range.bytes.count) bytes, more than the policy allows"))
        }
        // A tabulator may end a table's field.
        let tab: UInt8 = header == nil ? 0x09 : 0x20
        if bytes.allSatisfy({ $0 == 0x20 || $0 == tab || $0 == 0x0D }) {
            dataset.blankLines.append(range)
            last = .blank
            return
        }
        guard readsRows else {
            dataset.exampleLines.append(range)
            last = .example
            return
        }
        do throws(RowFault) {
            try check(bytes, isFirst: range.line == 1)
            if let header {
                var row = try TableRow(bytes, header, names, maximumDepth: limits.maximumDepth)
                try accept(range, row.content())
            } else {
                try tape.parse(bytes)
                var row = try JSONRow(bytes, tape, names)
                try accept(range, row.content())
            }
        } catch {
            refuse(range, error)
        }
    }

    /// Takes a table's header.
    private mutating func begin(_ record: Record) throws(DatasetError) {
        func refusal(_ what: String) -> DatasetError {
            DatasetError(
                .unknownColumns, "the table's header \(what)",
                remedy: "Name the columns prompt and completion, instruction and output, messages, text, or chosen and "
                    + "rejected, or map their names by the policy's dataset.columns",
                path: dataset.path)
        }
        guard readsRows else {
            header = TableHeader(columns: [], delimiter: dataset.format.layout.delimiter ?? 0x2C)
            return keep(record, record.bytes.map(Array.init) ?? [])
        }
        guard let bytes = record.bytes, record.fault == nil else {
            throw refusal(record.fault == nil ? "is longer than a line may be" : "does not end")
        }
        let header: TableHeader
        do throws(RowFault) {
            try check(bytes, isFirst: false)
            header = try TableHeader(Array(bytes), delimiter: dataset.format.layout.delimiter ?? 0x2C, names: names)
        } catch {
            throw refusal("cannot be read: \(error.detail)")
        }
        guard header.shape != nil else {
            throw refusal(header.isAmbiguous ? "has the columns of two shapes" : "has the columns of no shape")
        }
        self.header = header
        dataset.columns = header.columns
        keep(record, Array(bytes))
    }

    /// Keeps a table's header for its output.
    private mutating func keep(_ record: Record, _ bytes: [UInt8]) {
        let mark: [UInt8] = record.range.bytes.lowerBound > 0 ? [0xEF, 0xBB, 0xBF] : []
        dataset.header = mark + bytes + record.ending
        dataset.structure.append(0..<record.range.end)
    }

    /// Gives a line what stands between it and the next one.
    private mutating func extendLast(to end: Int) {
        switch last {
        case .none: if dataset.structure.isEmpty { dataset.structure.append(0..<end) }
        case .example: dataset.exampleLines[dataset.exampleLines.count - 1].end = end
        case .malformed: dataset.malformedLines[dataset.malformedLines.count - 1].end = end
        case .blank: dataset.blankLines[dataset.blankLines.count - 1].end = end
        }
    }

    /// Ends the dataset; what stands after an array's last element is part of none.
    mutating func finish(contentBytes: Int) {
        dataset.contentBytes = contentBytes
        guard dataset.format.layout == .array else { return }
        let end =
            [
                dataset.exampleLines.last?.end, dataset.malformedLines.last?.end, dataset.structure.last?.upperBound,
            ].compactMap(\.self).max() ?? 0
        if end < contentBytes { dataset.structure.append(end..<contentBytes) }
    }

    private mutating func accept(_ range: LineRange, _ row: RowContent) throws(RowFault) {
        if let first = dataset.shape, first != row.shape {
            throw RowFault(
                .mixedShapes, at: 0,
                "the row is of the \(row.shape.rawValue) shape, the first one of the \(first.rawValue) shape")
        }
        dataset.shape = row.shape
        example = Example(line: range.line, byteRange: range.bytes, turns: row.turns, rejected: row.rejected)
        dataset.exampleLines.append(range)
        last = .example
        guard row.otherParts > 0 else { return }
        dataset.findings.append(
            Finding(
                rule: DatasetFindingCode.otherContent.rule, action: otherContent, line: range.line,
                byteRange: range.bytes,
                detail: "\(row.otherParts) part\(row.otherParts == 1 ? "" : "s") of its messages are no text, and no "
                    + "rule reads them"))
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
        last = .malformed
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
