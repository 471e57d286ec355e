/// Cells in aligned columns for a terminal; control characters are escaped.
struct TextTable {
    /// Columns of numbers, which are aligned to the right.
    private let numeric: Set<Int>

    private var rows: [[String]]
    private var widths: [Int]

    /// Creates a table of titles alone.
    init(titles: [String], numeric: Set<Int>) {
        self.numeric = numeric
        rows = [titles]
        widths = titles.map(\.count)
    }

    /// Adds a row with as many cells as there are titles.
    mutating func append(_ cells: [String]) {
        let row = cells.map { TerminalText.escape($0) }
        for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
        rows.append(row)
    }

    /// The lines that were added since the last call, the titles before the first ones.
    ///
    /// Columns keep the width that they had; longer cells widen them from there on.
    mutating func flush() -> String {
        var text = ""
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column > 0 { text += "  " }
                let isLast = column == row.count - 1
                text +=
                    isLast && !numeric.contains(column)
                    ? cell : cell.padded(to: widths[column], onLeft: numeric.contains(column))
            }
            text += "\n"
        }
        rows.removeAll(keepingCapacity: true)
        return text
    }
}

extension String {
    /// The text with spaces up to a width.
    func padded(to width: Int, onLeft: Bool = false) -> String {
        let padding = String(repeating: " ", count: max(0, width - count))
        return onLeft ? padding + self : self + padding
    }
}

/// Cells of CSV (RFC 4180).
enum CSV {
    /// A line without its end.
    static func line(_ cells: [String?]) -> String { cells.map { cell($0 ?? "") }.joined(separator: ",") }

    /// A cell; control characters are escaped, and what a spreadsheet would take for a formula gets an apostrophe.
    private static func cell(_ text: String) -> String {
        var cell = TerminalText.escape(text, escapesBackslash: false)
        if let first = cell.first, "=+-@".contains(first) { cell = "'" + cell }
        guard cell.contains(where: { ",\"".contains($0) }) else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
