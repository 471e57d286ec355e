package import Logging
import Synchronization

/// Keeps what is logged, and tells of it.
package final class LogRecorder: Sendable {
    package init() {}

    private let lines = Mutex<[String]>([])
    private let hook = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// Messages with their metadata, in order.
    package var all: [String] { lines.withLock { $0 } }

    /// Called with each message.
    package func onMessage(_ body: (@Sendable (String) -> Void)?) { hook.withLock { $0 = body } }

    private struct Handler: LogHandler {
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]
        let recorder: LogRecorder

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let message = event.message.description
            let values = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            recorder.lines.withLock { $0.append(([message] + values).joined(separator: " ")) }
            recorder.hook.withLock { $0 }?(message)
        }
    }

    package var logger: Logger { Logger(label: "test", factory: { _ in Handler(recorder: self) }) }
}
