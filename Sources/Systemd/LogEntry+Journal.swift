extension LogEntry {
    /// The entry in journald's native protocol: <https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>.
    func journalBytes(identifier: String) -> [UInt8] {
        var bytes: [UInt8] = []
        LogEntry.append("MESSAGE", message, to: &bytes)
        LogEntry.append("PRIORITY", String(priority), to: &bytes)
        LogEntry.append("SYSLOG_IDENTIFIER", identifier, to: &bytes)
        for (key, value) in fields {
            if key == "message_id", let identifier = LogEntry.messageIdentifier(value) {
                LogEntry.append("MESSAGE_ID", identifier, to: &bytes)
            } else {
                LogEntry.append(LogEntry.fieldName(key), value, to: &bytes)
            }
        }
        return bytes
    }

    /// The journal's name for a metadata key: `LETHE_` and the key in upper case, at most 64 bytes long.
    ///
    /// Bytes other than A–Z, 0–9 and `_` become `_`, and a key's leading `_` go: the journal drops such names, and keeps
    /// them for what it vouches for itself.
    static func fieldName(_ key: String) -> String {
        let name = key.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            default: UInt8(ascii: "_")
            }
        }.drop { $0 == UInt8(ascii: "_") }
        return "LETHE_" + (name.isEmpty ? "UNNAMED" : String(decoding: name.prefix(58), as: UTF8.self))
    }

    /// A message's 128-bit id in lower case; `nil` if it is not 32 hexadecimal digits.
    private static func messageIdentifier(_ text: String) -> String? {
        text.utf8.count == 32 && text.allSatisfy { $0.isASCII && $0.isHexDigit } ? text.lowercased() : nil
    }

    private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: name.utf8)
        if value.utf8.contains(UInt8(ascii: "\n")) {
            bytes.append(UInt8(ascii: "\n"))
            withUnsafeBytes(of: UInt64(value.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes.append(contentsOf: value.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }
}
