import Datasets
import Diagnostics
import Moderation
import Storage
import TestSupport
import Testing

/// A chat row.
let goodRow = #"{"messages":[{"role":"user","content":"Name a fruit"},{"role":"assistant","content":"Plum"}]}"#

extension TemporaryFolder {
    /// Reads a dataset of these bytes.
    func read(
        _ bytes: [UInt8], limits: DatasetLimits = DatasetLimits(), onLine: (Int) -> Void = { _ in }
    ) throws -> Dataset {
        try DatasetReader(limits: limits).read(write(bytes, to: "dataset.jsonl"), onLine: onLine)
    }

    /// Reads a dataset of this text.
    func read(_ text: String, limits: DatasetLimits = DatasetLimits()) throws -> Dataset {
        try read(Array(text.utf8), limits: limits)
    }

    /// The turns of a single row, as `role: text`.
    func turns(of row: String) throws -> [String] {
        let dataset = try read(row + "\n")
        try #require(dataset.findings.isEmpty, "\(dataset.findings)")
        return try #require(dataset.examples.first).turns.map { "\($0.role.rawValue): \($0.text)" }
    }

    /// The only finding that a row gets between two good rows.
    func finding(of row: [UInt8]) throws -> (rule: String, detail: String) {
        let good = Array((goodRow + "\n").utf8)
        let dataset = try read(good + row + [0x0A] + good)
        #expect(dataset.examples.map(\.line) == [1, 3])
        let finding = try #require(dataset.findings.first)
        #expect(dataset.findings.count == 1)
        #expect(finding.line == 2)
        #expect(finding.byteRange == good.count..<good.count + row.count)
        #expect(finding.action == .quarantine)
        let range = LineRange(
            line: 2, bytes: good.count..<good.count + row.count, end: good.count + row.count + 1)
        #expect(dataset.malformedLines == [range])
        return (finding.rule, finding.detail)
    }
}

/// Expects every byte of the file to be in exactly one line.
func expectTiles(_ dataset: Dataset) -> Bool {
    let lines = (dataset.exampleLines + dataset.malformedLines + dataset.blankLines).sorted { $0.line < $1.line }
    var offset = 0
    for (index, line) in lines.enumerated() {
        guard line.line == index + 1, line.bytes.lowerBound == offset, line.bytes.upperBound <= line.end else {
            return false
        }
        offset = line.end
    }
    return offset == dataset.byteCount && dataset.malformedLines.count == dataset.findings.count
        && zip(dataset.examples, dataset.exampleLines).allSatisfy { $0.line == $1.line && $0.byteRange == $1.bytes }
        && dataset.examples.count == dataset.exampleLines.count && dataset.lineCount == lines.count
}
