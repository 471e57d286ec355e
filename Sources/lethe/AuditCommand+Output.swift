import Foundation

/// Standard output, or a file, in blocks; a reader of standard output that went away ends the process by SIGPIPE.
struct AuditOutput {
    private let name: String
    private let sink: (Data) throws -> Void
    private var buffer = Data()
    private var hasFailed = false

    /// Writes to standard output.
    init() {
        self.init(name: "standard output") { try FileHandle.standardOutput.write(contentsOf: $0) }
    }

    /// Writes to what takes blocks; `name` is what it is called in errors.
    init(name: String, sink: @escaping (Data) throws -> Void) {
        self.name = name
        self.sink = sink
    }

    /// Adds a text, and writes what is there once it is a block.
    mutating func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 65_536 { writeBuffer() }
    }

    /// Writes the rest; tells if any of it could not be written.
    mutating func finish() throws {
        writeBuffer()
        guard !hasFailed else {
            AuditCommand.tell("\(name) cannot be written")
            throw AuditCommand.Exit.inputOutput
        }
    }

    private mutating func writeBuffer() {
        // After a failure nothing more is written: there must be no gap in what a reader sees.
        if !hasFailed {
            do { try sink(buffer) } catch { hasFailed = true }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
