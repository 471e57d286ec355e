import Foundation
import Moderation

/// Turns lines into examples and findings.
struct DatasetBuilder {
    var dataset: Dataset
    private let otherContent: Action
    private let names: FieldNames
    private var tape: JSONTape

    init(path: String, limits: DatasetLimits, rules: RowRules) {
        otherContent = rules.otherContent
        names = FieldNames(rules.names)
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
            var row = try JSONRow(bytes, tape, names)
            try accept(range, row.content())
        } catch {
            refuse(range, error)
        }
    }

    private mutating func accept(_ range: LineRange, _ row: RowContent) throws(RowFault) {
        if let first = dataset.shape, first != row.shape {
            throw RowFault(
                .mixedShapes, at: 0,
                "the row is of the \(row.shape.rawValue) shape, the first one of the \(first.rawValue) shape")
        }
        dataset.shape = row.shape
        dataset.examples.append(
            Example(line: range.line, byteRange: range.bytes, turns: row.turns, rejected: row.rejected))
        dataset.exampleLines.append(range)
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
