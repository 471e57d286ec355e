import Logging

/// One log message as both outputs need it: metadata merged, values rendered, in a fixed order.
struct LogEntry {
    var priority: Int
    var level: Logger.Level
    var message: String
    /// Keys as the caller wrote them, sorted.
    var fields: [(key: String, value: String)]

    /// Merges metadata: a call's own goes before the provider's, and that before the handler's.
    init(_ event: LogEvent, handler: Logger.Metadata, provider: Logger.MetadataProvider?) {
        level = event.level
        priority = LogEntry.priority(of: event.level)
        message = event.message.description
        var metadata = handler
        if let provided = provider?.get() { metadata.merge(provided) { $1 } }
        if let own = event.metadata { metadata.merge(own) { $1 } }
        if let error = event.error, metadata["error"] == nil { metadata["error"] = "\(error)" }
        fields = metadata.map { (key: $0.key, value: LogEntry.render($0.value)) }.sorted { $0.key < $1.key }
    }

    /// The priority of syslog(3) for a level.
    static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// Renders a value, nested ones as `[a, b]` and `{key: value}` with sorted keys.
    private static func render(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): text
        case .stringConvertible(let value): value.description
        case .array(let values): "[" + values.map(render).joined(separator: ", ") + "]"
        case .dictionary(let values):
            "{" + values.sorted { $0.key < $1.key }.map { "\($0.key): \(render($0.value))" }.joined(separator: ", ")
                + "}"
        }
    }
}
