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
package struct Dataset: Sendable {
    /// The path as the caller gave it.
    package var path: String

    /// SHA-256 of the file's bytes, lower-case hexadecimal.
    package var sha256: String

    /// Size in bytes.
    package var byteCount: Int

    /// The longest line that was taken for a row, in bytes.
    package var maximumLineBytes: Int

    /// The shape of the first example; all others have it too.
    package var shape: RowShape?

    /// The rows, in order.
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
    package var lineCount: Int { examples.count + malformedLines.count + blankLines.count }
}
