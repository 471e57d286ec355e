import ArgumentParser
import FetchSpool
import Foundation
import Moderation
import Vault

extension SubmitCommand {
    /// The exit code of a wait that ended before the transfer, as `lethe gate` has it.
    private static let pending: Int32 = 6

    /// Whether an argument names something to be fetched rather than a file of this machine.
    static func isURL(_ text: String) -> Bool {
        ["https://", "http://", "file://"].contains { text.lowercased().hasPrefix($0) }
    }

    /// Asks lethe-fetch for a URL, and waits for it if that is wanted.
    func submit(url: String) throws {
        let spool = FetchSpool(root: try service.layout().fetched)
        let request: FetchRequest
        do {
            request = try FetchRequest(customer: customer, url: url, sha256: sha256, name: name)
        } catch {
            throw ValidationError("\(error.message). \(error.remedy ?? "")")
        }
        var generator = SystemRandomNumberGenerator()
        let id = DatasetID(
            milliseconds: UInt64(max(0, Date().timeIntervalSince1970 * 1000)), using: &generator)
        try spool.submit(request, id: id)
        guard wait > 0 else { return try Console.print("\(id)\n") }
        let digest = try waitForEnd(of: id, spool)
        try Console.print(digest + "\n")
    }

    /// Waits until a transfer has ended; the SHA-256 of what was fetched.
    private func waitForEnd(of id: DatasetID, _ spool: FetchSpool) throws -> String {
        let start = ContinuousClock.now
        while true {
            if let progress = try spool.progress(of: id.description) {
                if progress.state == .fetched, let digest = progress.sha256 { return digest }
                if progress.state == .failed {
                    Console.tell("lethe: error: \(id) was not fetched [\(progress.error ?? "unknown")]")
                    throw ExitCode(ExitStatus.input.rawValue)
                }
            }
            guard start.duration(to: .now) < .seconds(wait) else {
                Console.tell("lethe: \(id) is not fetched yet; lethe status shows how far it is")
                throw ExitCode(SubmitCommand.pending)
            }
            usleep(100_000)
        }
    }
}
