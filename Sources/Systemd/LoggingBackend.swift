package import Logging
import Glibc

/// Where a program's log goes: journald, a service manager that reads standard error, or people.
package struct LoggingBackend: Sendable {
    /// The destinations.
    package enum Destination: Sendable {
        /// journald, in its native protocol.
        case journal
        /// Standard error, with the priority before each line.
        case prioritisedLines
        /// Standard error, with the time and the level before each line.
        case plainLines
    }

    /// Where the log goes.
    package let destination: Destination

    private let identifier: String
    private let level: Logger.Level
    private let output: LogOutput
    private let journal: JournalSocket?

    /// Chooses the destination.
    ///
    /// journald, if `JOURNAL_STREAM` names the very file that standard error is: then nobody has redirected it. Lines
    /// with priorities, if a service manager started the program and standard error is no terminal. Plain lines
    /// otherwise.
    ///
    /// - Parameters:
    ///   - environment: The process's environment.
    ///   - identifier: The program's name, for the journal.
    ///   - level: The least level that is logged.
    package init(environment: [String: String], identifier: String, level: Logger.Level) {
        self.init(
            environment: environment, identifier: identifier, level: level, standardError: STDERR_FILENO,
            journalPath: JournalSocket.standardPath)
    }

    /// Chooses the destination for another standard error and another journal.
    init(
        environment: [String: String], identifier: String, level: Logger.Level, standardError: Int32,
        journalPath: String
    ) {
        self.identifier = identifier
        self.level = level
        output = LogOutput(descriptor: standardError)
        let isJournal = LoggingBackend.isJournal(environment["JOURNAL_STREAM"], standardError)
        // A socket can be missing only where the process has no descriptor left; lines still reach the journal then.
        journal = isJournal ? try? JournalSocket(path: journalPath) : nil
        let isService = environment["JOURNAL_STREAM"] != nil || environment["INVOCATION_ID"] != nil
        destination =
            if journal != nil {
                .journal
            } else if isService, isatty(standardError) == 0 {
                .prioritisedLines
            } else {
                .plainLines
            }
    }

    /// Makes this the backend of swift-log; a process may do it once.
    package func bootstrap() {
        LoggingSystem.bootstrap(
            { _, provider in makeHandler(metadataProvider: provider) }, metadataProvider: nil)
    }

    /// Chooses the destination and makes it the backend of swift-log; a process may do it once.
    package static func bootstrap(environment: [String: String], identifier: String, level: Logger.Level) {
        LoggingBackend(environment: environment, identifier: identifier, level: level).bootstrap()
    }

    /// Makes the log handler of one logger.
    package func makeHandler(metadataProvider: Logger.MetadataProvider? = nil) -> any LogHandler {
        let text = TextLogHandler(
            style: destination == .plainLines ? .plain : .prioritised, output: output, level: level,
            metadataProvider: metadataProvider)
        guard let journal else { return text }
        return JournalLogHandler(
            identifier: identifier, socket: journal, fallback: text, level: level, metadataProvider: metadataProvider)
    }

    /// Whether `JOURNAL_STREAM`, which is `device:inode`, names a descriptor's file (systemd.exec(5)).
    private static func isJournal(_ stream: String?, _ descriptor: Int32) -> Bool {
        var status = stat()
        guard let stream, fstat(descriptor, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}
