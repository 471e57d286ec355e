import ArgumentParser
import AuditLog
import Foundation

/// Reads the audit log.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "List, show and verify what was decided.",
        discussion: """
            Every verdict on a dataset and every decision on an example is a record of the audit database. Records \
            are only ever added, and each is chained by SHA-256 to the one before it.

            The database is --database, else LETHE_AUDIT_DB, else /var/lib/lethe/audit.sqlite if it is there, else \
            lethe/audit.sqlite under XDG_STATE_HOME or ~/.local/state. It is opened read-only, also while others \
            write to it.

            EXAMPLES
              lethe audit list --since yesterday --event dataset.judged
              lethe audit list --dataset 3f2a91 --all --format csv
              lethe audit show 1204
              lethe audit verify

            EXIT CODES
              0  found, or intact
              1  no record matches
              2  usage
              3  the database cannot be read
              4  the database was tampered with
            """,
        subcommands: [List.self, Show.self, Verify.self]
    )
}

extension AuditCommand {
    /// Where the audit database lies, for each subcommand.
    struct DatabaseOption: ParsableArguments {
        @Option(help: "The audit database.", completion: .file())
        var database: String?

        func open() throws(AuditError) -> AuditReader {
            try AuditReader(path: AuditLocation.resolve(option: database))
        }
    }

    /// The exit codes of `lethe audit` beside 0 and the one for usage.
    enum Exit {
        static let noneFound = ExitCode(1)
        static let inputOutput = ExitCode(3)
        static let tampered = ExitCode(4)
    }

    /// Runs what reads the database; a failure is told on standard error.
    static func reading<Result>(_ operation: () throws(AuditError) -> Result) throws -> Result {
        do throws(AuditError) {
            return try operation()
        } catch {
            tell("\(error)")
            throw Exit.inputOutput
        }
    }

    /// Tells something on standard error.
    static func tell(_ message: String) {
        try? FileHandle.standardError.write(contentsOf: Data("lethe: \(message)\n".utf8))
    }
}

/// Standard output in blocks; a reader that went away ends the process by SIGPIPE.
struct BufferedOutput {
    private var buffer = Data()
    private var hasFailed = false

    /// Adds a text, and writes what is there once it is a block.
    mutating func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 65_536 { writeBuffer() }
    }

    /// Writes the rest; tells if any of it could not be written.
    mutating func finish() throws {
        writeBuffer()
        guard !hasFailed else {
            AuditCommand.tell("standard output cannot be written")
            throw AuditCommand.Exit.inputOutput
        }
    }

    private mutating func writeBuffer() {
        do { try FileHandle.standardOutput.write(contentsOf: buffer) } catch { hasFailed = true }
        buffer.removeAll(keepingCapacity: true)
    }
}

extension AuditCommand {
    /// Shows one record.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every field of one record.",
            discussion: """
                EXAMPLES
                  lethe audit show 1204
                  lethe audit show 1204 --json
                """
        )

        @OptionGroup var location: DatabaseOption

        @Argument(help: "The record's number.")
        var sequence: Int64

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let record = try AuditCommand.reading { () throws(AuditError) in try location.open().record(sequence) }
            guard let record else {
                AuditCommand.tell("there is no record \(sequence)")
                throw Exit.noneFound
            }
            var output = BufferedOutput()
            output.write(json ? record.json() + "\n" : record.detailedText())
            try output.finish()
        }
    }

    /// Recomputes the chain.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute the whole chain and name the first bad record.",
            discussion: """
                Finds every record that was changed, removed, inserted or moved, and the removal of the last ones as \
                far as the head file beside the database knows of them. Whoever may write to both the database and \
                the head file can rewrite history so that it verifies. Against that, keep the SEQUENCE:HASH that is \
                printed in a place of its own, and give it to a later check with --expect.

                EXAMPLES
                  lethe audit verify
                  lethe audit verify --expect 1204:9d41…
                """
        )

        @OptionGroup var location: DatabaseOption

        @Option(help: "A record that is known from an earlier check.", transform: Self.anchor)
        var expect: AuditAnchor?

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let result = try AuditCommand.reading { () throws(AuditError) in
                try location.open().verify(expecting: expect)
            }
            var output = BufferedOutput()
            output.write(json ? result.json() + "\n" : result.text())
            try output.finish()
            if result.failure != nil { throw Exit.tampered }
        }

        private static func anchor(_ text: String) throws -> AuditAnchor {
            guard let anchor = AuditAnchor(parsing: text) else {
                throw ValidationError("--expect takes SEQUENCE:HASH as lethe audit verify prints it.")
            }
            return anchor
        }
    }
}
