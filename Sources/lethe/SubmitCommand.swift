import ArgumentParser
import Diagnostics
import FetchSpool
import Foundation
import Intake
import Storage
import Vault

/// Puts a dataset into the daemon's inbox.
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Put a file into the daemon's inbox, or have a URL fetched into it.",
        discussion: """
            A file is copied under a hidden name and renamed when it is complete, so that the daemon never sees half \
            of it. Its SHA-256 is printed: `lethe gate` takes it.

            A URL that begins with https://, http:// or file:// is fetched by lethe-fetch, which has the network: with \
            retries, from where a cut transfer stopped, and only from where the configuration allows. Its transfer's id \
            is printed, and `lethe status` tells how far it is. With --wait the SHA-256 of what was fetched is printed \
            once it is.

            EXIT CODES
              0  in the inbox; of a URL: asked for, or with --wait fetched
              2  usage
              3  the file cannot be read, has another SHA-256 than --sha256, or the URL was not fetched
              4  error: the configuration cannot be read, or the inbox not be written to
              6  the time of --wait is over; the transfer goes on

            EXAMPLES
              lethe submit upload.jsonl --customer acme
              lethe gate "$(lethe submit upload.jsonl --customer acme)" --customer acme --wait 1h
              lethe submit https://data.example/set.jsonl --customer acme --wait 10m
            """
    )

    @OptionGroup var service: ServiceOptions

    @Argument(help: "The dataset: a file, or a URL to fetch.", completion: .file())
    var file: String

    @Option(help: "Whose dataset it is.")
    var customer: String

    @Option(help: ArgumentHelp("What the dataset must hold, or it is not taken.", valueName: "hex"))
    var sha256: String?

    @Option(help: "The dataset's name; else that of the file or URL.")
    var name: String?

    @Option(help: "Wait for a URL's transfer at most so long: 90s, 10m, 2h.", transform: GateCommand.duration)
    var wait: Double = 0

    func validate() throws {
        if let name, name.isEmpty || name.contains("/") || InboxFile.isIgnored(name) {
            throw ValidationError("A name holds no slash, begins with no full stop and ends in none of .part .tmp ~")
        }
        if let sha256, !isSHA256(sha256.lowercased()) {
            throw ValidationError("A SHA-256 has 64 hexadecimal digits.")
        }
    }

    func run() throws {
        do {
            if SubmitCommand.isURL(file) { return try submit(url: file) }
            guard InboxFile.isCustomer(customer) else {
                throw ValidationError(
                    "A customer's name has letters, digits and - _ . @ +, and begins with no full stop.")
            }
            let input = try InputFile(file)
            let folder = try service.layout().inbox + "/" + customer
            try Folder.create(folder, mode: 0o2770)
            let name = name ?? (file as NSString).lastPathComponent
            let output = try AtomicFile("\(folder)/\(name)", mode: 0o660)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
            defer { buffer.deallocate() }
            while true {
                let count = try input.read(into: buffer)
                if count == 0 { break }
                try output.write(buffer[0..<count])
            }
            let digest = try input.finish()
            guard sha256.map({ $0.lowercased() == digest }) != false else {
                throw StorageError(
                    .changedDuringRead, "the file has another SHA-256 than it must have",
                    remedy: "Nothing was put into the inbox", path: file)
            }
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
        } catch let error as ExitCode {
            throw error
        } catch let error as StorageError where error.location?.path == file {
            Console.tell("lethe: error: \(error)")
            throw ExitCode(ExitStatus.input.rawValue)
        } catch {
            throw Console.fail(error)
        }
    }
}
