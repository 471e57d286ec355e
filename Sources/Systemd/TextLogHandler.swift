package import Logging
import Glibc
import Synchronization

/// Logs to standard error, one line a message.
package struct TextLogHandler: LogHandler {
    /// How a line begins.
    enum Style {
        /// With the time and the level: for people and files.
        case plain
        /// With `<N>`: for a service manager, which adds the time itself.
        case prioritised
    }

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let style: Style
    private let output: LogOutput
    private let now: @Sendable () -> Int

    /// Creates a handler; `now` gives the seconds since 1970.
    init(
        style: Style, output: LogOutput, level: Logger.Level, metadataProvider: Logger.MetadataProvider? = nil,
        now: @escaping @Sendable () -> Int = { time(nil) }
    ) {
        self.style = style
        self.output = output
        self.now = now
        self.metadataProvider = metadataProvider
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        write(LogEntry(event, handler: metadata, provider: metadataProvider))
    }

    /// Writes an entry. A line that standard error does not take is lost: nobody is left to tell.
    func write(_ entry: LogEntry) {
        switch style {
        case .plain: output.write(entry.plainLine(time: now()))
        case .prioritised: output.write(entry.prioritisedLine)
        }
    }
}

/// A descriptor that all log handlers of a process share, so that lines never run into each other.
final class LogOutput: Sendable {
    private let descriptor: Mutex<Int32>

    /// Wraps a descriptor that stays open.
    init(descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    /// Writes a line whole before the next one.
    func write(_ line: String) {
        descriptor.withLock { _ = writeAll(Array(line.utf8), to: $0) }
    }
}
