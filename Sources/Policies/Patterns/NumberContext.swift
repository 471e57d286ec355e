/// Digits that are part of a longer number.
enum NumberContext {
    /// Whether a match goes on beyond its ends as a number does: `0.4111…`, `1,4111…`, `1.2.3.4.5` or `123-45-6789-0`.
    static func continues(_ range: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = range.lowerBound
        if start > 1, isJoint(bytes[start - 1]), isDigit(bytes[start - 2]), isDigit(bytes[start]) { return true }
        let end = range.upperBound
        return end + 1 < bytes.count && isJoint(bytes[end]) && isDigit(bytes[end + 1]) && isDigit(bytes[end - 1])
    }

    private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

    private static func isJoint(_ byte: UInt8) -> Bool { byte == 0x2E || byte == 0x2C || byte == 0x2D }
}
