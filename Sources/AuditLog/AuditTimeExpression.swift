package import Foundation

/// Reads the times that `--since` and `--until` take.
package enum AuditTimeExpression {
    /// Reads `today`, `yesterday`, `week-ago` or an ISO 8601 date or time.
    ///
    /// A word is the local midnight that the day began with; `week-ago` is the day seven days before today. A date is
    /// its local midnight; a time without `Z` or an offset is local.
    ///
    /// - Parameters:
    ///   - text: What the user wrote.
    ///   - now: The moment that words are counted from.
    ///   - timeZone: The zone of words and of times without one.
    /// - Returns: The moment.
    /// - Throws: ``AuditError`` with code `invalid-time`.
    package static func parse(_ text: String, now: Date, timeZone: TimeZone) throws(AuditError) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let date: Date?
        switch text {
        case "today": date = midnight(daysAgo: 0, now, calendar)
        case "yesterday": date = midnight(daysAgo: 1, now, calendar)
        case "week-ago": date = midnight(daysAgo: 7, now, calendar)
        default: date = parseISO8601(text, calendar)
        }
        guard let date else {
            throw AuditError(
                .invalidTime, "the time is not understood",
                remedy: "Write today, yesterday, week-ago, or ISO 8601 such as 2026-03-01 or 2026-03-01T08:15:00Z")
        }
        return date
    }

    private static func midnight(daysAgo days: Int, _ now: Date, _ calendar: Calendar) -> Date? {
        calendar.date(byAdding: .day, value: -days, to: calendar.startOfDay(for: now)).map(calendar.startOfDay(for:))
    }

    /// `YYYY-MM-DD`, then optionally `T` (or a space) `hh:mm`, `:ss`, `.` and up to six digits, `Z` or `±hh:mm`.
    private static func parseISO8601(_ text: String, _ calendar: Calendar) -> Date? {
        var scanner = Scanner(bytes: Array(text.utf8)[...])
        var components = DateComponents()
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2)
        else { return nil }
        (components.year, components.month, components.day) = (year, month, day)
        var fraction = 0.0
        var calendar = calendar
        if scanner.skip("T") || scanner.skip(" ") {
            guard let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2),
                hour < 24, minute < 60
            else { return nil }
            (components.hour, components.minute, components.second) = (hour, minute, 0)
            if scanner.skip(":") {
                guard let second = scanner.number(2), second < 60 else { return nil }
                components.second = second
                if scanner.skip(".") {
                    guard let value = scanner.fraction() else { return nil }
                    fraction = value
                }
            }
            if let offset = scanner.offset() {
                guard let zone = TimeZone(secondsFromGMT: offset) else { return nil }
                calendar.timeZone = zone
            }
        }
        guard scanner.bytes.isEmpty, let date = calendar.date(from: components) else { return nil }
        // The calendar carries 30 February over into March.
        let found = calendar.dateComponents([.year, .month, .day], from: date)
        guard found.year == year, found.month == month, found.day == day else { return nil }
        return date.addingTimeInterval(fraction)
    }
}

private struct Scanner {
    var bytes: ArraySlice<UInt8>

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard bytes.first == UInt8(ascii: character) else { return false }
        bytes.removeFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        let digits = bytes.prefix(width)
        guard digits.count == width, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        bytes.removeFirst(width)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    mutating func fraction() -> Double? {
        let digits = bytes.prefix { (0x30...0x39).contains($0) }
        guard (1...6).contains(digits.count) else { return nil }
        bytes.removeFirst(digits.count)
        return Double("0." + String(decoding: digits, as: UTF8.self))
    }

    /// Seconds east of UTC, if the rest is `Z` or `±hh:mm`.
    mutating func offset() -> Int? {
        if skip("Z") { return 0 }
        let isWest = bytes.first == UInt8(ascii: "-")
        guard isWest || bytes.first == UInt8(ascii: "+") else { return nil }
        bytes.removeFirst()
        guard let hours = number(2), skip(":"), let minutes = number(2), hours <= 14, minutes < 60 else {
            bytes = [0]
            return nil
        }
        return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
