/// Text of unknown origin made safe to print: no control character reaches a terminal or a table's lines.
package enum TerminalText {
    /// Replaces control characters, bidirectional controls and line separators by escapes such as `\n` and `\u{9b}`.
    ///
    /// - Parameters:
    ///   - text: What to print.
    ///   - escapesBackslash: Whether a backslash is doubled, so that the escapes can be told from the text.
    /// - Returns: The text without control characters.
    package static func escape(_ text: String, escapesBackslash: Bool = true) -> String {
        guard text.unicodeScalars.contains(where: { isHidden($0) || $0 == "\\" }) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\" where escapesBackslash: escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case _ where isHidden(scalar): escaped += "\\u{\(String(scalar.value, radix: 16))}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F: true
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
