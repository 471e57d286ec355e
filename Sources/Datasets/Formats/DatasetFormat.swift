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

extension DatasetFormat {
    /// Endings of compressed files' names.
    private static let compressedEndings: [Substring: Compression] = [
        "gz": .gzip, "gzip": .gzip, "zst": .zstd, "zstd": .zstd,
    ]

    /// What a file's name says of the compression.
    static func compression(ofEnding ending: Substring) -> Compression? {
        compressedEndings[Substring(ending.lowercased())]
    }

    /// The ending that a file's name has, without its first dot; `jsonl` where it has none, or one that is not plain.
    ///
    /// Plain are up to 16 ASCII letters and digits. The ending of a compressed file is two: `jsonl.gz`.
    package static func ending(ofName name: String) -> String {
        var name = name[...]
        guard let last = takeEnding(&name) else { return "jsonl" }
        guard compression(ofEnding: last) != nil else { return String(last) }
        return "\(takeEnding(&name) ?? "jsonl").\(last)"
    }

    /// Takes the last ending off a name.
    private static func takeEnding(_ name: inout Substring) -> Substring? {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex, !name[dot...].contains("/") else { return nil }
        let ending = name[dot...].dropFirst()
        name = name[..<dot]
        let isPlain = ending.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        }
        return ending.isEmpty || ending.utf8.count > 16 || !isPlain ? nil : ending
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
        compression = parts.last.flatMap { DatasetFormat.compression(ofEnding: $0[...]) }
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
