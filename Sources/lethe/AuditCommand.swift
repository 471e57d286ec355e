import ArgumentParser
import AuditLog
import Foundation

/// Reads the audit log.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "List, show, count, export and verify what was decided.",
        discussion: """
            Every verdict on a dataset and every decision on an example is a record of the audit database. Records \
            are only ever added, and each is chained by SHA-256 to the one before it.

            The database is --database, else LETHE_AUDIT_DB, else /var/lib/lethe/audit.sqlite if it is there, else \
            lethe/audit.sqlite under XDG_STATE_HOME or ~/.local/state. Every command but key create and key rotate \
            opens it read-only, also while others write to it.

            EXAMPLES
              lethe audit list --since yesterday --event dataset.judged
              lethe audit list --dataset 3f2a91 --all --format csv
              lethe audit show 1204
              lethe audit tail --follow --event dataset.judged
              lethe audit stats --since week-ago
              lethe audit verify --public-key checkpoint-key.pub

            EXIT CODES
              0  found, or intact
              1  no record matches
              2  usage
              3  the database, a key or an output cannot be read or written
              4  the database was tampered with
            """,
        subcommands: [
            List.self, Show.self, Tail.self, Stats.self, Export.self, Verify.self, Backup.self, Key.self,
        ]
    )
}

extension AuditCommand {
    /// Where the audit database lies, for each subcommand.
    struct DatabaseOption: ParsableArguments {
        @Option(help: "The audit database.", completion: .file())
        var database: String?

        func open() throws(AuditError) -> AuditReader { try AuditReader(path: path()) }

        func path() throws(AuditError) -> String { try AuditLocation.resolve(option: database) }
    }

    /// The exit codes of `lethe audit` beside 0 and the one for usage.
    enum Exit {
        static let noneFound = ExitCode(1)
        static let inputOutput = ExitCode(3)
        static let tampered = ExitCode(4)
    }

    /// Runs what uses the database or files; a failure is told on standard error.
    static func reading<Result>(_ operation: () throws -> Result) throws -> Result {
        do {
            return try operation()
        } catch let error as ExitCode {
            throw error
        } catch {
            tell("\(error)")
            let code = (error as? AuditError)?.code
            throw code == .positionMismatch ? Exit.tampered : Exit.inputOutput
        }
    }

    /// An error of wrong usage, for what the library has not seen.
    static func usage(_ error: AuditError) -> ValidationError {
        ValidationError([error.message, error.remedy].compactMap(\.self).joined(separator: ". ") + ".")
    }

    /// Tells something on standard error.
    static func tell(_ message: String) {
        try? FileHandle.standardError.write(contentsOf: Data("lethe: \(message)\n".utf8))
    }
}
