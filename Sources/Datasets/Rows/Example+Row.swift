package import Moderation

extension Example {
    /// A row by itself, as it stands in a file of removed rows.
    ///
    /// - Parameters:
    ///   - row: the row's bytes without a line ending.
    ///   - line: the line that it had in its dataset.
    ///   - names: what its fields and roles are called.
    /// - Returns: `nil` where it is no row.
    package init?(row: [UInt8], line: Int, names: RowNames = RowNames()) {
        var limits = DatasetLimits()
        limits.maximumLineBytes = max(limits.maximumLineBytes, row.count)
        var rules = RowRules()
        rules.names = names
        var builder = DatasetBuilder(path: "", limits: limits, rules: rules)
        row.withUnsafeBufferPointer { builder.add(LineRange(line: line, bytes: 0..<row.count, end: row.count), $0) }
        guard let example = builder.dataset.examples.first else { return nil }
        self = example
    }
}
