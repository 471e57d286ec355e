import ArgumentParser
import Foundation
import Logging
import Systemd

@main
enum Main {
    static func main() {
        // A peer that goes away shows as an error of its request, not as the end of the process.
        signal(SIGPIPE, SIG_IGN)
        LoggingBackend.bootstrap(
            environment: ProcessInfo.processInfo.environment, identifier: "lethe-fetch", level: .info)
        do {
            var command = try FetchCommand.parseAsRoot()
            try command.run()
        } catch {
            let code = FetchCommand.exitCode(for: error)
            guard code == .validationFailure else { FetchCommand.exit(withError: error) }
            // The library's code for wrong usage is 64; every command here documents 2.
            tell(FetchCommand.fullMessage(for: error))
            Foundation.exit(ExitStatus.usage.rawValue)
        }
    }

    /// Tells something on standard error.
    static func tell(_ message: String) {
        try? FileHandle.standardError.write(contentsOf: Data((message + "\n").utf8))
    }
}

/// Exit codes.
enum ExitStatus: Int32 {
    case usage = 2
    case input = 3
    case `internal` = 4
}
