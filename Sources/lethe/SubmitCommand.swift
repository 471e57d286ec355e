import ArgumentParser
import Diagnostics
import Foundation
import Intake
import Storage
import Vault

/// Puts a dataset into the daemon's inbox.
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Put a file into the daemon's inbox, whole or not at all.",
        discussion: """
            The file is copied under a hidden name and renamed when it is complete, so that the daemon never sees \
            half of it. Its SHA-256 is printed: `lethe gate` takes it.

            EXAMPLES
              lethe submit upload.jsonl --customer acme
              lethe gate "$(lethe submit upload.jsonl --customer acme)" --customer acme --wait 1h
            """
    )

    @OptionGroup var service: ServiceOptions

    @Argument(help: "The dataset.", completion: .file())
    var file: String

    @Option(help: "Whose dataset it is.")
    var customer: String

    func run() throws {
        do {
            guard InboxFile.isCustomer(customer) else {
                throw ValidationError(
                    "A customer's name has letters, digits and - _ . @ +, and begins with no full stop.")
            }
            let input = try InputFile(file)
            let folder = try service.layout().inbox + "/" + customer
            try Folder.create(folder, mode: 0o2770)
            let name = (file as NSString).lastPathComponent
            let output = try AtomicFile("\(folder)/\(name)", mode: 0o660)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
            defer { buffer.deallocate() }
            while true {
                let count = try input.read(into: buffer)
                if count == 0 { break }
                try output.write(buffer[0..<count])
            }
            let digest = try input.finish()
            // A dataset of the same name that waits there is not overwritten.
            guard try FileStatus.of(output.path) == nil else {
                throw StorageError(
                    .writeFailed, "a file of this name still lies in the inbox", remedy: "Wait, or rename yours",
                    path: output.path)
            }
            try output.commit()
            try Console.print(digest + "\n")
        } catch let error as ValidationError {
            throw error
        } catch let error as StorageError where error.location?.path == file {
            Console.tell("lethe: error: \(error)")
            throw ExitCode(ExitStatus.input.rawValue)
        } catch {
            throw Console.fail(error)
        }
    }
}
