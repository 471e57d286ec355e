package import Moderation

/// How much of a dataset is read.
package struct DatasetLimits: Sendable, Hashable {
    /// The largest file, in bytes.
    package var maximumBytes = 4 << 30

    /// The longest line, in bytes.
    package var maximumLineBytes = 1 << 20

    /// The most lines.
    ///
    /// What is known of a line takes more memory than the shortest lines themselves, so that without this limit a file
    /// of line endings alone would fill the memory.
    package var maximumLines = 1_000_000

    /// The deepest nesting of JSON values.
    package var maximumDepth = 64

    /// How many bytes are read at a time.
    package var pieceBytes = 1 << 20

    /// Creates the default limits.
    package init() {}
}

/// How rows are read.
package struct RowRules: Sendable, Hashable {
    /// What fields and roles are called.
    package var names = RowNames()

    /// What becomes of a row whose messages have parts that are no text, such as images: no rule reads them.
    package var otherContent = Action.quarantine

    /// Creates the usual rules.
    package init() {}
}

/// Where a line lies in a dataset.
package struct LineRange: Sendable, Hashable {
    /// One-based.
    package var line: Int

    /// The line's bytes without its ending.
    package var bytes: Range<Int>

    /// One past the line's ending.
    package var end: Int

    /// Creates a range.
    package init(line: Int, bytes: Range<Int>, end: Int) {
        self.line = line
        self.bytes = bytes
        self.end = end
    }
}

/// What a dataset holds, every byte of it accounted for: each line is an example, blank, or malformed with findings.
///
/// A line is a row's unit, whatever the format: a line of JSON Lines, an element of an array, a record of a table. Elements
/// and records are numbered too, from 1; a table's header is record 1.
package struct Dataset: Sendable {
    /// The path as the caller gave it.
    package var path: String

    /// SHA-256 of the file's bytes, lower-case hexadecimal.
    package var sha256: String

    /// The file's size in bytes.
    package var byteCount: Int

    /// How the file holds its rows.
    package var format = DatasetFormat()

    /// Bytes of what the file unpacks to, in which every other offset here counts.
    package var contentBytes = 0

    /// A table's header with its ending, and with a byte order mark before it.
    package var header: [UInt8] = []

    /// The field in each of a table's columns.
    package var columns: [RowColumn?] = []

    /// What is part of no row: a table's header; what stands before an array's first element and after its last.
    package var structure: [Range<Int>] = []

    /// The longest line that was taken for a row, in bytes.
    package var maximumLineBytes: Int

    /// The shape of the first example; all others have it too.
    package var shape: RowShape?

    /// The rows, in order; empty where they were handed out one by one.
    package var examples: [Example] = []

    /// For each example, where its whole line lies.
    package var exampleLines: [LineRange] = []

    /// Lines that are no example.
    package var malformedLines: [LineRange] = []

    /// Why each malformed line is none, and which examples have parts that are no text; in order.
    package var findings: [Finding] = []

    /// Lines of white space only, which mean nothing.
    package var blankLines: [LineRange] = []

    /// Creates a dataset without lines.
    package init(path: String, sha256: String, byteCount: Int, maximumLineBytes: Int) {
        self.path = path
        self.sha256 = sha256
        self.byteCount = byteCount
        self.maximumLineBytes = maximumLineBytes
    }

    /// Lines in all.
    package var lineCount: Int { exampleLines.count + malformedLines.count + blankLines.count }
}
