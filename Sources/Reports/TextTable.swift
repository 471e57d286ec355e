/// Rows of cells under headings, each column as wide as its widest cell.
package struct TextTable {
    private var rows: [[String]]
    private let rightAligned: Set<Int>

    /// Creates a table.
    package init(_ headings: [String], rightAligned: Set<Int> = []) {
        rows = [headings]
        self.rightAligned = rightAligned
    }

    /// Adds a row with a cell for each heading.
    package mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The table's lines, without trailing white space.
    package var text: String {
        let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line += (column > 0 ? "  " : "") + (rightAligned.contains(column) ? padding + cell : cell + padding)
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
