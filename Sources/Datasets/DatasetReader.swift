import Moderation
import Storage

/// Reads a JSONL dataset line by line; the texts of its rows stay in memory, its over-long lines never enter it.
package struct DatasetReader: Sendable {
    /// How much is read.
    package let limits: DatasetLimits

    /// How rows are read.
    package let rules: RowRules

    /// Creates a reader.
    package init(limits: DatasetLimits = DatasetLimits(), rules: RowRules = RowRules()) {
        self.limits = limits
        self.rules = rules
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
        var builder = DatasetBuilder(path: path, limits: limits, rules: rules)
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
