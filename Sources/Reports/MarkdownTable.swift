/// A table as Markdown writes it; bars in cells are escaped.
struct MarkdownTable {
    private var lines: [String]

    /// Creates a table.
    ///
    /// - Parameter numbers: from which column on cells are numbers, aligned at the right.
    init(_ headings: [String], numbersFrom numbers: Int) {
        lines = []
        add(headings)
        lines.append("|" + headings.indices.map { $0 < numbers ? " --- |" : " ---: |" }.joined())
    }

    /// Adds a row with a cell for each heading.
    mutating func add(_ cells: [String]) {
        lines.append("|" + cells.map { " \(MarkdownTable.escaped($0)) |" }.joined())
    }

    /// The table's lines.
    var text: String { lines.map { $0 + "\n" }.joined() }

    private static func escaped(_ cell: String) -> String {
        var text = ""
        for character in cell {
            switch character {
            case "|": text += "\\|"
            case "\n", "\r", "\r\n": text += " "
            default: text.append(character)
            }
        }
        return text
    }
}
