extension CanonicalJSON {
    /// Prints a number as ECMAScript's `Number::toString` does, which RFC 8785 section 3.2.2.3 asks for.
    ///
    /// Swift's description holds the shortest digits that read back as the same value, as ECMAScript's does; only the
    /// layout around the digits differs.
    ///
    /// - Throws: ``AuditError`` with code `invalid-record` for a number that is not finite.
    package static func format(_ value: Double) throws(AuditError) -> String {
        guard value.isFinite else {
            throw AuditError(.invalidRecord, "a number of the record is not finite")
        }
        if value == 0 { return "0" }
        let sign = value < 0 ? "-" : ""
        let (digits, point) = shortestDigits(of: value.magnitude)
        return sign + layout(digits, point: point)
    }

    /// The digits d₁…dₖ, without zeros at either end, and n such that the value is 0.d₁…dₖ × 10ⁿ.
    private static func shortestDigits(of magnitude: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point = 0
        var isFraction = false
        var exponent = 0
        var text = magnitude.description[...]
        if let mark = text.firstIndex(of: "e") {
            exponent = Int(text[text.index(after: mark)...]) ?? 0
            text = text[..<mark]
        }
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                isFraction = true
            } else if digits.isEmpty && byte == UInt8(ascii: "0") {
                if isFraction { point -= 1 }
            } else {
                digits.append(byte)
                if !isFraction { point += 1 }
            }
        }
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, point + exponent)
    }

    private static func layout(_ digits: [UInt8], point: Int) -> String {
        func text(_ part: some Collection<UInt8>) -> String { String(decoding: part, as: UTF8.self) }
        func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
        switch point {
        case digits.count...21 where digits.count <= 21:
            return text(digits) + zeros(point - digits.count)
        case 1...21:
            return text(digits[..<point]) + "." + text(digits[point...])
        case -5...0:
            return "0." + zeros(-point) + text(digits)
        default:
            let exponent = point - 1
            let fraction = digits.count > 1 ? "." + text(digits[1...]) : ""
            return text(digits[..<1]) + fraction + "e" + (exponent < 0 ? "-" : "+") + String(exponent.magnitude)
        }
    }
}
