import Glibc
import Logging

extension LogEntry {
    /// `2026-11-25T10:00:00Z info message key=value`, on one line; the time is UTC.
    ///
    /// - Parameter time: Seconds since 1970.
    func plainLine(time: Int) -> String {
        "\(LogEntry.timestamp(time)) \(level.rawValue) \(text)\n"
    }

    /// `<6>message key=value`: the prefix that the service manager takes off standard error, see sd-daemon(3).
    var prioritisedLine: String { "<\(priority)>\(text)\n" }

    private var text: String {
        var text = LogEntry.escape(message)
        for (key, value) in fields { text += " \(LogEntry.quote(key))=\(LogEntry.quote(value))" }
        return text
    }

    /// Puts text into quotes where a reader could not tell its end otherwise.
    private static func quote(_ text: String) -> String {
        let isBare = !text.isEmpty && text.unicodeScalars.allSatisfy { $0 != " " && $0 != "=" && $0 != "\"" }
        return isBare ? escape(text) : "\"" + escape(text).replacing("\"", with: "\\\"") + "\""
    }

    /// Replaces what could forge a line or steer a terminal by escapes such as `\n` and `\u{1b}`.
    private static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case _ where isHidden(scalar): escaped += "\\u{\(String(scalar.value, radix: 16))}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Whether a scalar is a control character, a bidirectional control or a line separator.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func timestamp(_ time: Int) -> String {
        var seconds = time_t(time)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
