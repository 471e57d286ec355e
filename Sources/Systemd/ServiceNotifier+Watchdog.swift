import Glibc

extension ServiceNotifier {
    /// The interval of `WATCHDOG_USEC`, if it is meant for this process.
    ///
    /// As sd_watchdog_enabled(3) has it: no interval if it is missing, zero or not a number, or if `WATCHDOG_PID` is set
    /// and is not this process.
    static func watchdogInterval(_ environment: [String: String], processIdentifier: pid_t) -> Duration? {
        guard let microseconds = environment["WATCHDOG_USEC"].flatMap(decimal), microseconds > 0 else { return nil }
        if let owner = environment["WATCHDOG_PID"], decimal(owner) != Int64(processIdentifier) { return nil }
        return .microseconds(microseconds)
    }

    /// Digits alone: `Int64` would take a sign, which systemd never writes.
    private static func decimal(_ text: String) -> Int64? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(text) : nil
    }
}
