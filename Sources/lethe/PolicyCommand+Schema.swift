import ArgumentParser
import Foundation
import Policies
import Storage

extension PolicyCommand {
    /// Prints the JSON Schema of policies.
    struct Schema: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the JSON Schema of policies, for editors.",
            discussion: """
                An editor with a YAML language server completes and checks policies by it: write the schema to a file, and \
                name the file in the policy's first line as `# yaml-language-server: $schema=policy.schema.json`.

                EXAMPLES
                  lethe policy schema >policy.schema.json
                  lethe policy schema --rules >rules.schema.json
                """
        )

        @Flag(help: "The schema of rule files instead.")
        var rules = false

        func run() throws {
            try Console.print(rules ? PolicySchema.ruleFile : PolicySchema.policy)
        }
    }

    /// Writes a commented policy to begin with.
    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a commented policy to begin with.",
            discussion: """
                It is in shadow mode, and names the shipped reference sets and rule files: write it beside them. A file \
                that exists is not replaced.

                EXAMPLES
                  lethe policy init /etc/lethe/policies/acme.yaml
                  lethe policy init --name acme >acme.yaml

                EXIT CODES
                  0  written
                  2  usage
                  4  the file cannot be written
                """
        )

        @Argument(help: "The file; without one, standard output.", completion: .file(extensions: ["yaml", "yml"]))
        var file: String?

        @Option(help: "The policy's name; else the file's, or `starter`.")
        var name: String?

        func validate() throws {
            guard let name else { return }
            let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\"" && $0 != "\\" }
            guard isPlain, !name.isEmpty, name.utf8.count <= 200 else {
                throw ValidationError(
                    "A name has 1 to 200 bytes, and no quotation marks, backslashes or control characters.")
            }
        }

        func run() throws {
            let own = file.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
            let plain = own?.unicodeScalars.filter { $0.value >= 0x20 && $0 != "\"" && $0 != "\\" }
            let text = StarterPolicy.text(name: name ?? plain.map { String(String.UnicodeScalarView($0)) } ?? "starter")
            guard let file else { return try Console.print(text) }
            guard !FileManager.default.fileExists(atPath: file) else {
                Console.tell("lethe: error: \(file) exists. Name another file, or take it away")
                throw ExitCode(ExitStatus.internal.rawValue)
            }
            do {
                try AtomicFile.write(Array(text.utf8), to: file, mode: 0o644)
            } catch {
                throw Console.fail(error)
            }
        }
    }
}
