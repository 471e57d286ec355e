package import Moderation
import Storage

/// Reads a dataset row by row; its over-long lines never enter memory.
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

    /// Reads a whole dataset, the texts of all rows included.
    ///
    /// - Parameter onLine: told each line's number after it was read, for progress.
    /// - Throws: `DatasetError` when the file cannot be read, changed meanwhile, is too large, or holds no example.
    package func read(_ path: String, onLine: (Int) -> Void = { _ in }) throws(DatasetError) -> Dataset {
        var builder = DatasetBuilder(path: path, limits: limits, rules: rules)
        try pass(path, nil, &builder) { builder in
            if let example = builder.takeExample() { builder.dataset.examples.append(example) }
            onLine(builder.dataset.lineCount)
            return true
        }
        guard !builder.dataset.exampleLines.isEmpty else { throw noExamples(builder.dataset) }
        return builder.dataset
    }

    /// Hands out the rows of a dataset one by one, and keeps no text.
    ///
    /// - Parameter body: gets each row; what it throws ends the pass.
    /// - Returns: the dataset, without examples.
    /// - Throws: `DatasetError` as `read` does, or what `body` threw.
    package func forEach(_ path: String, _ body: (Example) throws -> Void) throws -> Dataset {
        var builder = DatasetBuilder(path: path, limits: limits, rules: rules)
        var failure: (any Error)?
        try pass(path, nil, &builder) { builder in
            do {
                if let example = builder.takeExample() { try body(example) }
            } catch {
                failure = error
            }
            return failure == nil
        }
        if let failure { throw failure }
        guard !builder.dataset.exampleLines.isEmpty else { throw noExamples(builder.dataset) }
        return builder.dataset
    }

    /// Tells where the rows of a file lie that this program has written itself, without reading what they say.
    ///
    /// - Parameter layout: the file's layout, where it is known.
    /// - Returns: a dataset with lines, but without examples.
    package static func rows(of path: String, layout: DatasetFormat.Layout?) throws(DatasetError) -> Dataset {
        var limits = DatasetLimits()
        limits.maximumBytes = 1 << 60
        limits.maximumLineBytes = 1 << 60
        limits.maximumLines = .max
        let reader = DatasetReader(limits: limits)
        var builder = DatasetBuilder(path: path, limits: limits, rules: reader.rules, readsRows: false)
        try reader.pass(path, layout, &builder) { _ in true }
        return builder.dataset
    }

    /// Reads a file.
    ///
    /// - Parameter onLine: called after each line; ends the pass by `false`, and then nothing more is known of the file.
    private func pass(
        _ path: String, _ layout: DatasetFormat.Layout?, _ builder: inout DatasetBuilder,
        _ onLine: (inout DatasetBuilder) -> Bool
    ) throws(DatasetError) {
        var goesOn = true
        let source = try DatasetSource(path, maximumBytes: limits.maximumBytes)
        builder.dataset.format.compression = source.compression
        builder.dataset.format.layout =
            if let layout { layout } else { try .detect(source.head, path: path, names: builder.names) }
        var splitter = Splitter(builder.dataset.format.layout, source.head, limits)
        let chunk = UnsafeMutableRawBufferPointer.allocate(
            byteCount: source.pieceBytes(atMost: limits.pieceBytes), alignment: 64)
        defer { chunk.deallocate() }
        var offset = 0
        while goesOn {
            let count = try source.read(into: chunk)
            if count == 0 { break }
            // A mark before a table is part of none of its records.
            let skipped = max(0, min(count, splitter.start - offset))
            offset += count
            try splitter.feed(UnsafeRawBufferPointer(rebasing: chunk[skipped..<count])) {
                (record) throws(DatasetError) in
                guard goesOn else { return }
                try builder.add(record)
                goesOn = onLine(&builder)
            }
            try requireFewLines(builder.dataset)
        }
        guard goesOn else { return }
        try splitter.finish { (record) throws(DatasetError) in
            try builder.add(record)
            goesOn = onLine(&builder)
        }
        guard goesOn else { return }
        try requireFewLines(builder.dataset)
        builder.finish(contentBytes: offset)
        builder.dataset.sha256 = try source.finish()
        builder.dataset.byteCount = source.byteCount
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
            remedy:
                "Send JSON Lines, a JSON array, or CSV or TSV with a header; docs/formats.md has the fields of a row",
            path: dataset.path)
    }
}

/// Cuts a file into its rows.
private enum Splitter {
    case lines(LineSplitter)
    case array(ArraySplitter)
    case table(TableSplitter, start: Int)

    init(_ layout: DatasetFormat.Layout, _ head: [UInt8], _ limits: DatasetLimits) {
        guard let delimiter = layout.delimiter else {
            self =
                layout == .array
                ? .array(ArraySplitter(maximumElementBytes: limits.maximumLineBytes))
                : .lines(LineSplitter(maximumLineBytes: limits.maximumLineBytes))
            return
        }
        let start = head.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let table = TableSplitter(delimiter: delimiter, maximumRecordBytes: limits.maximumLineBytes, offset: start)
        self = .table(table, start: start)
    }

    /// Where the first byte that is cut lies.
    var start: Int { if case .table(_, let start) = self { start } else { 0 } }

    mutating func feed<Failure: Error>(
        _ chunk: UnsafeRawBufferPointer, _ body: (Record) throws(Failure) -> Void
    ) throws(Failure) {
        switch self {
        case .lines(var splitter):
            self = .lines(LineSplitter(maximumLineBytes: 0))
            try splitter.feed(chunk, body)
            self = .lines(splitter)
        case .array(var splitter):
            self = .array(ArraySplitter(maximumElementBytes: 0))
            try splitter.feed(chunk, body)
            self = .array(splitter)
        case .table(var splitter, let start):
            self = .lines(LineSplitter(maximumLineBytes: 0))
            try splitter.feed(chunk, body)
            self = .table(splitter, start: start)
        }
    }

    mutating func finish<Failure: Error>(_ body: (Record) throws(Failure) -> Void) throws(Failure) {
        switch self {
        case .lines(var splitter): try splitter.finish(body)
        case .array(var splitter): try splitter.finish(body)
        case .table(var splitter, _): try splitter.finish(body)
        }
    }
}
