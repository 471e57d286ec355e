import Moderation

/// A cell of a table's record.
struct TableCell {
    /// Its bytes in the record, quotation marks around it not counted.
    var bytes: Range<Int>
    /// Whether quotation marks in it are doubled.
    var hasDoubledQuotes = false

    /// Cuts a record into cells (RFC 4180, section 2).
    static func cells(_ record: UnsafeBufferPointer<UInt8>, delimiter: UInt8) throws(RowFault) -> [TableCell] {
        let quote = UInt8(ascii: "\"")
        guard let base = UnsafeRawPointer(record.baseAddress) else { return [] }
        var cells: [TableCell] = []
        var position = 0
        while true {
            if position < record.count, record[position] == quote {
                let opening = position
                var cell = TableCell(bytes: position + 1..<position + 1)
                position += 1
                while true {
                    position = firstPosition(
                        of: quote, quote, quote, quote, in: base, from: position, to: record.count)
                    guard position < record.count else {
                        throw RowFault(.invalidTable, at: opening, "a quotation mark opens a field that does not end")
                    }
                    guard position + 1 < record.count, record[position + 1] == quote else { break }
                    cell.hasDoubledQuotes = true
                    position += 2
                }
                cell.bytes = opening + 1..<position
                position += 1
                guard position == record.count || record[position] == delimiter else {
                    throw RowFault(.invalidTable, at: position, "something follows a quoted field")
                }
                cells.append(cell)
            } else {
                let end = firstPosition(
                    of: delimiter, quote, quote, quote, in: base, from: position, to: record.count)
                guard end == record.count || record[end] == delimiter else {
                    throw RowFault(.invalidTable, at: end, "a quotation mark stands in a field that is not quoted")
                }
                cells.append(TableCell(bytes: position..<end))
                position = end
            }
            guard position < record.count else { return cells }
            position += 1
        }
    }

    /// The cell's text as UTF-8.
    func text(_ record: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        guard hasDoubledQuotes else { return Array(record[bytes]) }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var position = bytes.lowerBound
        while position < bytes.upperBound {
            text.append(record[position])
            position += record[position] == UInt8(ascii: "\"") ? 2 : 1
        }
        return text
    }
}

/// What a table's header says of its columns.
struct TableHeader: Sendable, Hashable {
    /// What ends a field.
    let delimiter: UInt8

    /// The field in each column, where it is a known one.
    let columns: [RowColumn?]

    /// The shape of the records; `nil` where the columns are those of none.
    let shape: RowShape?

    /// Reads a header; upper and lower case do not differ, nor does white space around a name.
    ///
    /// - Throws: `RowFault` where it is no record, or names a field twice.
    init(_ record: [UInt8], delimiter: UInt8, names: FieldNames) throws(RowFault) {
        let cells: [[UInt8]] = try record.withUnsafeBufferPointer { (bytes) throws(RowFault) in
            try TableCell.cells(bytes, delimiter: delimiter).map { $0.text(bytes) }
        }
        let written = RowColumn.allCases.map { TableHeader.folded(Array(names.names.name(of: $0).utf8)) }
        var columns: [RowColumn?] = []
        for cell in cells {
            let name = TableHeader.folded(cell)
            let column = written.firstIndex(of: name).map { RowColumn.allCases[$0] }
            if let column, columns.contains(column) {
                throw RowFault(.duplicateKey, "two columns have the name of the field \(column.rawValue)")
            }
            if column == nil, names.isReplaced(name) {
                throw RowFault(.unknownShape, "a column has a field's usual name, which the policy's columns replace")
            }
            columns.append(column)
        }
        self.init(columns: columns, delimiter: delimiter)
    }

    /// A header whose columns are known.
    init(columns: [RowColumn?], delimiter: UInt8) {
        self.columns = columns
        self.delimiter = delimiter
        shape = try? RowShape { columns.contains($0) }
    }

    /// Whether the columns are those of more than one shape.
    var isAmbiguous: Bool { shape == nil && columns.contains { $0 != nil && $0 != .input && $0 != .system } }

    private static func folded(_ name: [UInt8]) -> [UInt8] {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        let trimmed = name.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed()
        return trimmed.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }
}

/// The fields of a table's record.
struct TableRow: RowFields {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let names: FieldNames
    private let maximumDepth: Int
    private let header: TableHeader
    private let cells: [TableCell]
    var otherParts = 0

    init(
        _ bytes: UnsafeBufferPointer<UInt8>, _ header: TableHeader, _ names: FieldNames, maximumDepth: Int
    ) throws(RowFault) {
        self.bytes = bytes
        self.header = header
        self.names = names
        self.maximumDepth = maximumDepth
        cells = try TableCell.cells(bytes, delimiter: header.delimiter)
        guard cells.count == header.columns.count else {
            throw RowFault(
                .wrongFieldCount, "the record has \(cells.count) fields, the header \(header.columns.count)")
        }
    }

    private func cell(_ column: RowColumn) throws(RowFault) -> TableCell {
        guard let index = header.columns.firstIndex(of: column) else {
            throw RowFault(.missingField, "\(column.rawValue) is missing")
        }
        return cells[index]
    }

    func has(_ column: RowColumn) -> Bool { header.columns.contains(column) }

    func isGiven(_ column: RowColumn) -> Bool { has(column) }

    func place(of column: RowColumn) -> Int? { (try? cell(column))?.bytes.lowerBound }

    func text(_ column: RowColumn, mayBeEmpty: Bool) throws(RowFault) -> String {
        let cell = try cell(column)
        let text = String(decoding: cell.text(bytes), as: UTF8.self)
        guard mayBeEmpty || text.saysSomething else {
            throw RowFault(.emptyField, at: cell.bytes.lowerBound, "\(column.rawValue) is empty")
        }
        return text
    }

    /// Lists of messages stand in a cell as JSON.
    mutating func conversation(_ column: RowColumn) throws(RowFault) -> [Turn] {
        let cell = try cell(column)
        let names = names
        let depth = maximumDepth
        let read: (turns: [Turn], otherParts: Int)
        do {
            read = try cell.text(bytes).withUnsafeBufferPointer {
                (json) throws(RowFault) -> (turns: [Turn], otherParts: Int) in
                var tape = JSONTape(maximumDepth: depth)
                try tape.parse(json)
                return try JSONRow.conversation(json, tape, names, column)
            }
        } catch {
            // Offsets in the cell's text are none in the record.
            var fault = error
            fault.offset = cell.bytes.lowerBound
            throw fault
        }
        otherParts += read.otherParts
        return read.turns
    }

    mutating func side(_ column: RowColumn, role: Role, mayBeEmpty: Bool) throws(RowFault) -> [Turn] {
        [Turn(role: role, text: try text(column, mayBeEmpty: mayBeEmpty))]
    }
}
