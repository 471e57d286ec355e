import AuditLog
import Diagnostics
import Foundation
import Testing

@Suite("Times")
struct AuditTimeTests {
    @Test(
        "A moment is printed in UTC with microseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (1_772_352_900.000_25, "2026-03-01T08:15:00.000250Z"),
            (951_782_400, "2000-02-29T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.000000Z"),
            (4_107_542_399, "2100-02-28T23:59:59.000000Z"), (4_107_542_400, "2100-03-01T00:00:00.000000Z"),
            (-62_167_219_200, "0000-01-01T00:00:00.000000Z"), (253_402_300_799, "9999-12-31T23:59:59.000000Z"),
        ] as [(TimeInterval, String)])
    func format(_ seconds: TimeInterval, _ text: String) throws {
        #expect(try AuditTime(Date(timeIntervalSince1970: seconds)).description == text)
    }

    @Test(
        "A moment outside the years 0 to 9999 is refused", arguments: [-62_167_219_201, 253_402_300_800, .nan, 1e300])
    func outside(_ seconds: TimeInterval) throws {
        let error = try #require(throws: AuditError.self) { try AuditTime(Date(timeIntervalSince1970: seconds)) }
        #expect(error.code == .invalidTime)
    }

    /// 2026-03-30T00:30:00 in Berlin, the day after the clocks went forward there.
    private let now = Date(timeIntervalSince1970: 1_774_823_400)

    @Test(
        "Words and ISO 8601 are understood",
        arguments: [
            ("today", "2026-03-29T22:00:00.000000Z"), ("yesterday", "2026-03-28T23:00:00.000000Z"),
            ("week-ago", "2026-03-22T23:00:00.000000Z"), ("2026-03-29", "2026-03-28T23:00:00.000000Z"),
            ("2026-03-29T08:15", "2026-03-29T06:15:00.000000Z"), ("2026-03-29 08:15:30", "2026-03-29T06:15:30.000000Z"),
            ("2026-03-01T08:15:00Z", "2026-03-01T08:15:00.000000Z"),
            ("2026-03-01T08:15:00.000250Z", "2026-03-01T08:15:00.000250Z"),
            ("2026-03-01T08:15:00.5+05:30", "2026-03-01T02:45:00.500000Z"),
            ("2026-03-01T08:15-03:00", "2026-03-01T11:15:00.000000Z"), ("2024-02-29", "2024-02-28T23:00:00.000000Z"),
        ])
    func parse(_ text: String, _ expected: String) throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let date = try AuditTimeExpression.parse(text, now: now, timeZone: zone)
        #expect(try AuditTime(date).description == expected)
    }

    @Test(
        "Anything else is an error",
        arguments: [
            "", "Today", "tomorrow", "2026-3-1", "2026-02-30", "2025-02-29", "2026-13-01", "2026-03-01T", "2026-03-01Z",
            "2026-03-01T25:00", "2026-03-01T08:60", "2026-03-01T08:15:00.", "2026-03-01T08:15:00.1234567Z",
            "2026-03-01T08:15:00+1", "2026-03-01T08:15:00+15:00", "2026-03-01T08:15:00Zx", "1772352900", "２026-03-01",
        ])
    func malformed(_ text: String) throws {
        let error = try #require(throws: AuditError.self) {
            try AuditTimeExpression.parse(text, now: now, timeZone: .gmt)
        }
        #expect(error.code == .invalidTime)
    }
}
