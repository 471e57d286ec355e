import ArgumentParser
import AuditLog

extension AuditCommand {
    /// Copies the database.
    struct Backup: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the database while others write to it, and verify the copy.",
            discussion: """
                The head file and the checkpoints file are copied with it, as FILE.head and FILE.checkpoints. Nothing \
                is overwritten. A copy whose chain is not intact is not kept: exit code 4.

                EXAMPLES
                  lethe audit backup /backup/audit-2026-03-01.sqlite
                """
        )

        @OptionGroup var location: DatabaseOption

        @Argument(help: "The copy.", completion: .file())
        var file: String

        @Option(help: "A file with a public key to trust, as for verify; may be repeated.", completion: .file())
        var publicKey: [String] = []

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let result = try AuditCommand.reading {
                let keys = try publicKey.map { try VerifyingKey.load(path: $0) }
                return try location.open().backup(to: file, publicKeys: keys)
            }
            try AuditCommand.tell(result, json: json)
        }
    }
}
