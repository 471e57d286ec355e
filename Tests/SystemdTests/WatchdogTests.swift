import Systemd
import Testing

@Suite("The watchdog's interval")
struct WatchdogTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var microseconds: String?
        var owner: String?
        var expected: Duration?
        var testDescription: String { "WATCHDOG_USEC=\(microseconds ?? "-") WATCHDOG_PID=\(owner ?? "-")" }
    }

    @Test(
        "Only a positive number of microseconds that is meant for this process counts",
        arguments: [
            Row(microseconds: "300000000", owner: "42", expected: .seconds(300)),
            Row(microseconds: "300000000", owner: nil, expected: .seconds(300)),
            Row(microseconds: "1", owner: "42", expected: .microseconds(1)),
            Row(microseconds: "9223372036854775807", owner: nil, expected: .microseconds(Int64.max)),
            Row(microseconds: "300000000", owner: "43", expected: nil),
            Row(microseconds: "300000000", owner: "", expected: nil),
            Row(microseconds: "300000000", owner: "+42", expected: nil),
            Row(microseconds: "300000000", owner: "4 2", expected: nil),
            Row(microseconds: nil, owner: "42", expected: nil),
            Row(microseconds: nil, owner: nil, expected: nil),
            Row(microseconds: "", owner: nil, expected: nil),
            Row(microseconds: "0", owner: nil, expected: nil),
            Row(microseconds: "-1", owner: nil, expected: nil),
            Row(microseconds: "+1", owner: nil, expected: nil),
            Row(microseconds: "5min", owner: nil, expected: nil),
            Row(microseconds: "٣", owner: nil, expected: nil),
            Row(microseconds: "18446744073709551615", owner: nil, expected: nil),
            Row(microseconds: "99999999999999999999999", owner: nil, expected: nil),
        ])
    func interval(row: Row) throws {
        var environment: [String: String] = [:]
        environment["WATCHDOG_USEC"] = row.microseconds
        environment["WATCHDOG_PID"] = row.owner
        let service = try ServiceNotifier(
            environment: environment, processIdentifier: 42, sendTimeout: 1, monotonicMicroseconds: { 0 })
        #expect(service.watchdogInterval == row.expected)
    }
}
