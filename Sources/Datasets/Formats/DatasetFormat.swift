/// How a dataset's file holds its rows.
package struct DatasetFormat: Sendable, Hashable {
    /// How rows follow one another.
    package enum Layout: String, Sendable, CaseIterable {
        /// JSON Lines: one object a line.
        case lines = "jsonl"

        /// One JSON array of objects.
        case array = "json"

        /// Comma-separated values with a header (RFC 4180).
        case commas = "csv"

        /// The same with tabulators.
        case tabs = "tsv"

        /// What ends a field of a table.
        var delimiter: UInt8? {
            switch self {
            case .lines, .array: nil
            case .commas: UInt8(ascii: ",")
            case .tabs: 0x09
            }
        }
    }

    /// How the file is compressed.
    package enum Compression: String, Sendable, CaseIterable {
        case none
        /// RFC 1952.
        case gzip
        /// RFC 8878.
        case zstd
    }

    /// How rows follow one another.
    package var layout: Layout

    /// How the file is compressed.
    package var compression: Compression

    /// Creates a format; JSON Lines without compression by default.
    package init(_ layout: Layout = .lines, _ compression: Compression = .none) {
        self.layout = layout
        self.compression = compression
    }
}

/// What a file's name says of its format, if it says anything.
struct FileNameHint {
    /// The format, and whether a name that ends so says that the file is compressed.
    var layout: DatasetFormat.Layout?
    var compression: DatasetFormat.Compression?

    init(_ path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().map { $0.lowercased() }
        switch parts.last {
        case "gz", "gzip": compression = .gzip
        case "zst", "zstd": compression = .zstd
        default: break
        }
        if compression != nil { parts.removeLast() }
        switch parts.last {
        case "jsonl", "ndjson": layout = .lines
        case "json": layout = .array
        case "csv": layout = .commas
        case "tsv", "tab": layout = .tabs
        default: break
        }
    }
}
