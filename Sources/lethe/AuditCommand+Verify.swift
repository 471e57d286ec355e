import ArgumentParser
import AuditLog

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
            let record = try AuditCommand.reading { try location.open().record(sequence) }
            guard let record else {
                AuditCommand.tell("there is no record \(sequence)")
                throw Exit.noneFound
            }
            var output = AuditOutput()
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

                Signed checkpoints, in the database and in the file beside it, are checked too. Against whoever may \
                write to both, keep the public key that lethe audit key show prints, and give it with --public-key; \
                later keys are trusted through the rotations that began with it. Without --public-key, the keys are \
                those that the chain itself records.

                EXAMPLES
                  lethe audit verify
                  lethe audit verify --expect 1204:9d41…
                  lethe audit verify --public-key /mnt/elsewhere/checkpoint-key.pub
                """
        )

        @OptionGroup var location: DatabaseOption

        @Option(help: "A record that is known from an earlier check.", transform: Self.anchor)
        var expect: AuditAnchor?

        @Option(help: "A file with a public key to trust, as key show prints it; may be repeated.", completion: .file())
        var publicKey: [String] = []

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let result = try AuditCommand.reading {
                let keys = try publicKey.map { try VerifyingKey.load(path: $0) }
                return try location.open().verify(expecting: expect, publicKeys: keys)
            }
            try AuditCommand.tell(result, json: json)
        }

        private static func anchor(_ text: String) throws -> AuditAnchor {
            guard let anchor = AuditAnchor(parsing: text) else {
                throw ValidationError("--expect takes SEQUENCE:HASH as lethe audit verify prints it.")
            }
            return anchor
        }
    }
}

extension AuditCommand {
    /// Prints what a check of the chain found; what it found wrong is the command's exit code.
    static func tell(_ result: AuditVerification, json: Bool) throws {
        var output = AuditOutput()
        output.write(json ? result.json() + "\n" : result.text())
        try output.finish()
        if result.failure != nil { throw Exit.tampered }
    }
}
