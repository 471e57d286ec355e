package import Foundation

/// A moment of the audit log: whole microseconds, printed in UTC by ISO 8601.
///
/// The text has 27 characters at all times, such as `2026-03-01T08:15:00.000250Z`, so that its order as text is the
/// order in time.
package struct AuditTime: Sendable, Hashable, CustomStringConvertible {
    /// The text that stands in the database.
    package let description: String

    /// Rounds a date to whole microseconds.
    ///
    /// - Throws: ``AuditError`` with code `invalid-time` outside the years 0 to 9999.
    package init(_ date: Date) throws(AuditError) {
        let rounded = (date.timeIntervalSince1970 * 1_000_000).rounded()
        // Years 0 to 9999; a comparison with NaN is false and is refused with the rest.
        guard rounded >= -62_167_219_200_000_000, rounded < 253_402_300_800_000_000 else {
            throw AuditError(.invalidTime, "the time lies outside the years 0 to 9999")
        }
        description = Self.format(Int64(rounded))
    }

    /// The text of a count of microseconds since 1970-01-01 00:00 UTC, without leap seconds.
    private static func format(_ microseconds: Int64) -> String {
        let (days, ofDay) = divide(microseconds, by: 86_400_000_000)
        let (year, month, day) = civilDate(daysSince1970: days)
        let seconds = ofDay / 1_000_000
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(seconds / 3600, 2)):"
            + "\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2)).\(padded(ofDay % 1_000_000, 6))Z"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The proleptic Gregorian date of a day, by counting in eras of 400 years that begin on 1 March.
    private static func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = divide(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
