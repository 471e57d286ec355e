import ArgumentParser
import AuditLog
import Foundation

extension AuditCommand {
    /// Makes, rotates and shows the key that signs checkpoints.
    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make, rotate and show the key that signs checkpoints.",
            discussion: """
                The key is an Ed25519 key in PEM, in a file of mode 0600. The file is --key, else LETHE_AUDIT_KEY, \
                else checkpoint-key in CREDENTIALS_DIRECTORY if it is there, else /etc/lethe/checkpoint-key.

                EXAMPLES
                  lethe audit key create --key /etc/lethe/checkpoint-key
                  lethe audit key show > /mnt/elsewhere/checkpoint-key.pub
                  lethe audit key rotate
                """,
            subcommands: [Create.self, Rotate.self, Show.self]
        )

        /// Where the key lies.
        struct KeyOption: ParsableArguments {
            @Option(help: "The key's file.", completion: .file())
            var key: String?

            var path: String { KeyFile.resolve(option: key) }
        }

        /// Tells what a change of the key came to, and what could not be written beside the database.
        fileprivate static func tell(_ message: String, _ records: AppendedRecords?) throws {
            var output = AuditOutput()
            output.write(message + "\n")
            try output.finish()
            for error in [records?.headFileError, records?.checkpointFileError].compactMap(\.self) {
                AuditCommand.tell("warning: \(error)")
            }
        }
    }
}

extension AuditCommand.Key {
    /// Makes a key and records it.
    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key, and record it in the audit database.",
            discussion: """
                A file that is there is never overwritten. If it holds a key that the database does not hold yet, as \
                after a crash between the two steps, that key is recorded.

                EXAMPLES
                  lethe audit key create --key /etc/lethe/checkpoint-key
                """
        )

        @OptionGroup var location: AuditCommand.DatabaseOption
        @OptionGroup var file: KeyOption

        func run() throws {
            let path = file.path
            let (key, records) = try AuditCommand.reading {
                let database = try AuditDatabase(path: location.path())
                let isThere = FileManager.default.fileExists(atPath: path)
                let key = try isThere ? SigningKey.load(path: path) : SigningKey.create(path: path)
                let records = try database.record(key, actor: "uid:\(getuid()) lethe audit key")
                try database.close()
                return (key, records)
            }
            guard let records else {
                AuditCommand.tell("\(path): the key \(key.id) is there and recorded. Use lethe audit key rotate")
                throw AuditCommand.Exit.inputOutput
            }
            try AuditCommand.Key.tell("key \(key.id) in \(path), audit record \(records.firstSequence)", records)
        }
    }

    /// Puts a new key in the old one's place.
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a new key in the old one's place; the old key signs it.",
            discussion: """
                The old key stays as FILE.<its id>. If a rotation was interrupted, FILE.new is there; it is then \
                finished, and no further key is made. Restart the daemon afterwards: until then it signs \
                with the old key, which stays valid.

                EXAMPLES
                  lethe audit key rotate --key /etc/lethe/checkpoint-key
                """
        )

        @OptionGroup var location: AuditCommand.DatabaseOption
        @OptionGroup var file: KeyOption

        func run() throws {
            let path = file.path
            let rotation = try AuditCommand.reading {
                let database = try AuditDatabase(path: location.path())
                let rotation = try database.rotateKey(at: path, actor: "uid:\(getuid()) lethe audit key")
                try database.close()
                return rotation
            }
            let place = rotation.records.map { "audit record \($0.firstSequence)" } ?? "recorded by an earlier rotation"
            try AuditCommand.Key.tell(
                "key \(rotation.key.id) in \(path), \(place); the key \(rotation.previousID) is kept in "
                    + rotation.previousPath, rotation.records)
        }
    }

    /// Shows the public half.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the key's id and its public half.",
            discussion: """
                What it prints, the line with the id included, is what verify --public-key takes.

                EXAMPLES
                  lethe audit key show > checkpoint-key.pub
                """
        )

        @OptionGroup var file: KeyOption

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let key = try AuditCommand.reading { try SigningKey.load(path: file.path) }
            var output = AuditOutput()
            if json {
                let members: CanonicalJSON = .object([
                    "key": .string(key.id), "public_key": .string(key.publicKey.pem),
                ])
                output.write(try AuditCommand.reading { try members.encoded() } + "\n")
            } else {
                output.write("key \(key.id)\n" + key.publicKey.pem)
            }
            try output.finish()
        }
    }
}
