package import Logging

/// Logs to journald with a field for each key of the metadata.
///
/// Fields are `MESSAGE`, `PRIORITY`, `SYSLOG_IDENTIFIER`, `LETHE_` and the key in upper case, and `MESSAGE_ID` if the key
/// `message_id` holds 32 hexadecimal digits. What journald does not take goes to standard error.
package struct JournalLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let identifier: String
    private let socket: JournalSocket
    private let fallback: TextLogHandler

    /// Creates a handler.
    ///
    /// - Parameters:
    ///   - identifier: The program's name.
    ///   - socket: The way to journald.
    ///   - fallback: Where entries go that journald does not take.
    init(
        identifier: String, socket: JournalSocket, fallback: TextLogHandler, level: Logger.Level,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.identifier = identifier
        self.socket = socket
        self.fallback = fallback
        self.metadataProvider = metadataProvider
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let entry = LogEntry(event, handler: metadata, provider: metadataProvider)
        if !socket.send(entry.journalBytes(identifier: identifier)) { fallback.write(entry) }
    }
}
