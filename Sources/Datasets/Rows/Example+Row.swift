package import Moderation

/// How a row by itself is to be read.
package struct RowLayout: Sendable, Hashable {
    /// How its dataset held its rows.
    package var layout: DatasetFormat.Layout

    /// The field in each of its table's columns.
    package var columns: [RowColumn?]

    /// What fields and roles are called.
    package var names: RowNames

    /// Creates a layout; a JSON object with the usual names by default.
    package init(
        _ layout: DatasetFormat.Layout = .lines, columns: [RowColumn?] = [], names: RowNames = RowNames()
    ) {
        self.layout = layout
        self.columns = columns
        self.names = names
    }
}

extension Example {
    /// A row by itself, as it stands in a file of removed rows.
    ///
    /// - Parameters:
    ///   - row: the row's bytes without a line ending.
    ///   - line: the line that it had in its dataset.
    /// - Returns: `nil` where it is no row.
    package init?(row: [UInt8], line: Int, layout: RowLayout = RowLayout()) {
        var limits = DatasetLimits()
        limits.maximumLineBytes = max(limits.maximumLineBytes, row.count)
        var rules = RowRules()
        rules.names = layout.names
        var builder =
            if let delimiter = layout.layout.delimiter {
                DatasetBuilder(
                    header: TableHeader(columns: layout.columns, delimiter: delimiter), limits: limits, rules: rules)
            } else {
                DatasetBuilder(path: "", limits: limits, rules: rules)
            }
        row.withUnsafeBufferPointer { bytes in
            builder.take(Record(range: LineRange(line: line, bytes: 0..<row.count, end: row.count), bytes: bytes))
        }
        guard let example = builder.takeExample() else { return nil }
        self = example
    }
}
