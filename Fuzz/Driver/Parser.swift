import Datasets
import Diagnostics
import Foundation
import Moderation
import Policies

/// What is fuzzed; the environment variable `LETHE_FUZZ_PARSER` names one.
enum Parser: String, CaseIterable {
    case row
    case lines
    case array
    case table
    case gzip
    case zstd
    case yaml

    /// The name of the file that its inputs are read from, whose ending tells the format.
    private var fileName: String {
        switch self {
        case .row, .yaml: ""
        case .lines: "rows.jsonl"
        case .array: "rows.json"
        case .table: "rows.csv"
        case .gzip: "rows.jsonl.gz"
        case .zstd: "rows.jsonl.zst"
        }
    }

    /// Reads an input, and traps where what was read does not hold together.
    func run(_ bytes: [UInt8], folder: String) {
        switch self {
        case .row:
            _ = Example(row: bytes, line: 1)
            let columns: [RowColumn?] = [.messages, nil, .system]
            _ = Example(row: bytes, line: 1, layout: RowLayout(.commas, columns: columns))
        case .yaml:
            var reader: Int = 0
            reader = (try? YAMLDocument.read(bytes, path: "fuzz.yaml", into: reader) { _, _, _ in }) ?? 0
            precondition(reader == 0)
        default: readDataset(bytes, "\(folder)/\(fileName)")
        }
    }

    private func readDataset(_ bytes: [UInt8], _ path: String) {
        write(bytes, to: path)
        var limits = DatasetLimits()
        limits.maximumLineBytes = 4096
        limits.maximumBytes = 1 << 20
        // Rows end everywhere in what is read at a time.
        limits.pieceBytes = 1 + Int(bytes.last ?? 0) % 80
        let reader = DatasetReader(limits: limits)
        guard let dataset = try? reader.read(path) else { return }
        requireCover(dataset)
        var output: [UInt8] = []
        do {
            try DatasetRows(dataset).forEach(dataset.malformedLines) { _, _ in }
            try DatasetRows(dataset).write(dataset.exampleLines) { output += $0 }
        } catch {
            preconditionFailure("rows that were read cannot be copied: \(error)")
        }
        write(output, to: path)
        // Packed anew, a file may have the most bytes that are allowed, and a few more.
        limits.maximumBytes = 1 << 22
        guard let again = try? DatasetReader(limits: limits).read(path) else {
            preconditionFailure("what was cleared cannot be read")
        }
        precondition(again.format == dataset.format && again.malformedLines.isEmpty)
        precondition(again.examples.map(\.turns) == dataset.examples.map(\.turns))
        precondition(again.examples.map(\.rejected) == dataset.examples.map(\.rejected))
    }

    private func write(_ bytes: [UInt8], to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(descriptor >= 0 && Foundation.write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
    }

    /// Every byte is part of exactly one line, or of what is no row.
    private func requireCover(_ dataset: Dataset) {
        let lines = dataset.exampleLines + dataset.malformedLines + dataset.blankLines
        let ranges = (lines.map { $0.bytes.lowerBound..<$0.end } + dataset.structure)
            .sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
        var offset = 0
        for range in ranges {
            precondition(range.lowerBound == offset)
            offset = range.upperBound
        }
        precondition(offset == dataset.contentBytes && Set(lines.map(\.line)).count == lines.count)
    }
}
