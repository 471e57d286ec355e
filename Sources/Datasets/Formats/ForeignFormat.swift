/// A format that is known and not read.
struct ForeignFormat {
    /// Its name.
    var name: String
    /// What to do instead.
    var remedy: String

    private struct Mark {
        var bytes: [UInt8]
        var offset = 0
        var name: String
        var remedy: String
    }

    private static func pandas(_ reader: String) -> String {
        "Convert it: python3 -c \"import pandas; pandas.\(reader).to_json('rows.jsonl', orient='records', lines=True)\""
    }

    private static let unpack =
        "Unpack it, and send each dataset as a file of its own, plain or compressed by gzip or zstd"

    /// What the formats begin with, as their specifications and file(1) have it.
    private static let marks: [Mark] = [
        Mark(bytes: Array("PAR1".utf8), name: "Parquet", remedy: pandas("read_parquet('FILE')")),
        Mark(bytes: Array("ARROW1".utf8), name: "an Arrow file", remedy: pandas("read_feather('FILE')")),
        Mark(bytes: Array("FEA1".utf8), name: "a Feather file", remedy: pandas("read_feather('FILE')")),
        Mark(
            bytes: [0xFF, 0xFF, 0xFF, 0xFF], name: "an Arrow stream",
            remedy: "Convert it: python3 -c \"import pyarrow as a; a.ipc.open_stream('FILE').read_pandas()"
                + ".to_json('rows.jsonl', orient='records', lines=True)\""),
        Mark(bytes: Array("ORC".utf8), name: "ORC", remedy: pandas("read_orc('FILE')")),
        Mark(
            bytes: Array("Obj\u{1}".utf8), name: "Avro",
            remedy: "Convert it: java -jar avro-tools.jar tojson FILE >rows.jsonl"),
        Mark(
            bytes: Array("PK\u{3}\u{4}".utf8), name: "a ZIP archive or an Excel workbook",
            remedy: "Unpack it, or of a workbook: python3 -c \"import pandas; "
                + "pandas.read_excel('FILE').to_csv('rows.csv', index=False)\""),
        Mark(bytes: Array("PK\u{5}\u{6}".utf8), name: "an empty ZIP archive", remedy: unpack),
        Mark(
            bytes: [0xD0, 0xCF, 0x11, 0xE0], name: "an old Excel workbook",
            remedy: "Save it as CSV in UTF-8, or: python3 -c \"import pandas; "
                + "pandas.read_excel('FILE').to_csv('rows.csv', index=False)\""),
        Mark(bytes: [0x89] + Array("HDF".utf8), name: "HDF5", remedy: pandas("read_hdf('FILE')")),
        Mark(
            bytes: [0x93] + Array("NUMPY".utf8), name: "a NumPy array",
            remedy: "Send the texts themselves as JSON Lines"),
        Mark(
            bytes: Array("SQLite format 3".utf8), name: "an SQLite database",
            remedy: "Export it: sqlite3 -header -csv FILE 'SELECT * FROM rows' >rows.csv"),
        Mark(bytes: Array("BZh".utf8), name: "bzip2", remedy: "Convert it: bzcat FILE | gzip >FILE.gz"),
        Mark(bytes: [0xFD] + Array("7zXZ".utf8), name: "xz", remedy: "Convert it: xzcat FILE | gzip >FILE.gz"),
        Mark(bytes: [0x04, 0x22, 0x4D, 0x18], name: "LZ4", remedy: "Convert it: lz4cat FILE | gzip >FILE.gz"),
        Mark(bytes: [0x37, 0x7A, 0xBC, 0xAF], name: "a 7z archive", remedy: unpack),
        Mark(bytes: Array("Rar!".utf8), name: "a RAR archive", remedy: unpack),
        Mark(bytes: Array("ustar".utf8), offset: 257, name: "a tar archive", remedy: unpack),
        Mark(bytes: Array("%PDF".utf8), name: "a PDF", remedy: "Send the rows as JSON Lines or CSV"),
    ]

    /// The foreign format that a file's first bytes are of.
    init?(_ head: [UInt8]) {
        func begins(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
            head.count >= offset + bytes.count && head[offset..<offset + bytes.count].elementsEqual(bytes)
        }
        if let mark = ForeignFormat.marks.first(where: { begins($0.bytes, at: $0.offset) }) {
            (name, remedy) = (mark.name, mark.remedy)
        } else if head.count > 2, head[0] == 0x80, (2...5).contains(head[1]) {
            // Protocols 2 to 5 begin with PROTO and their number.
            name = "a Python pickle"
            remedy = "Never load a pickle that you do not trust; have its maker send JSON Lines"
        } else if let encoding = ForeignFormat.encoding(head) {
            name = encoding
            remedy = "Convert it: iconv -f \(encoding) -t UTF-8 FILE >rows.jsonl"
        } else if begins(Array("<!DOCTYPE".utf8)) || begins(Array("<html".utf8)) || begins(Array("<?xml".utf8)) {
            name = "a web page or XML"
            remedy = "Look whether the download went wrong, and send the rows as JSON Lines or CSV"
        } else {
            return nil
        }
    }

    /// UTF-16 and UTF-32 by their byte order mark, or by where the zeros of their ASCII stand.
    private static func encoding(_ head: [UInt8]) -> String? {
        guard head.count >= 4 else {
            return head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) ? "UTF-16" : nil
        }
        let zeros = head[..<4].map { $0 == 0 }
        if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
        switch zeros {
        case [false, true, true, true]: return "UTF-32LE"
        case [true, true, true, false]: return "UTF-32BE"
        case [false, true, false, true]: return "UTF-16LE"
        case [true, false, true, false]: return "UTF-16BE"
        default: return nil
        }
    }
}
