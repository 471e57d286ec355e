extension DatasetFormat.Layout {
    /// How rows follow one another in a file, by its first bytes and its name.
    ///
    /// What a file holds decides; the name decides between tables and lines that are no rows. Where a file is named a
    /// table and holds JSON, it is refused: a trainer that goes by the name would read escapes as they are written, and
    /// so other text than was judged.
    ///
    /// - Throws: `DatasetError` where the file is of a format that is not read, or is not what its name says.
    static func detect(
        _ head: [UInt8], path: String, names: FieldNames
    ) throws(DatasetError) -> DatasetFormat.Layout {
        let hint = FileNameHint(path).layout
        if let foreign = ForeignFormat(head) {
            throw DatasetError(
                .unsupportedFormat, "the file is \(foreign.name), which is not read", remedy: foreign.remedy, path: path
            )
        }
        let hasMark = head.starts(with: [0xEF, 0xBB, 0xBF])
        let text = head.dropFirst(hasMark ? 3 : 0)
        let first = text.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            return hint == .lines || hint == .array ? .lines : hint ?? table(text, names) ?? .lines
        }
        if let hint, hint.delimiter != nil {
            throw DatasetError(
                .formatMismatch, "the file is named \(hint.rawValue.uppercased()), and holds JSON",
                remedy: "Name it .jsonl or .json", path: path)
        }
        guard first == UInt8(ascii: "["), hint != .lines || !isLine(text) else { return .lines }
        guard !hasMark else {
            throw DatasetError(
                .unsupportedFormat, "the JSON array begins with a byte order mark (RFC 8259, section 8.1)",
                remedy: "Take it away: tail -c +4 FILE >rows.json", path: path)
        }
        return .array
    }

    /// The table whose header has the fields of a shape; names without an ending tell nothing.
    private static func table(_ text: ArraySlice<UInt8>, _ names: FieldNames) -> DatasetFormat.Layout? {
        let header = text.prefix { $0 != 0x0A && $0 != 0x0D }
        return [.commas, .tabs].first { layout in
            guard let delimiter = layout.delimiter,
                let columns = try? TableHeader(Array(header), delimiter: delimiter, names: names)
            else { return false }
            return columns.shape != nil
        }
    }

    /// Whether the first line is an array by itself and something follows: lines of JSON, of which the first is no row.
    private static func isLine(_ text: ArraySlice<UInt8>) -> Bool {
        let rest = text.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        guard let end = rest.firstIndex(of: 0x0A) else { return false }
        let follows = rest[end...].contains { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        guard follows else { return false }
        var tape = JSONTape(maximumDepth: 64)
        return Array(rest[..<end]).withUnsafeBufferPointer { (try? tape.parse($0)) != nil }
    }
}
