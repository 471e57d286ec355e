import Glibc

/// Tells the service manager how the service is doing, in the protocol of sd_notify(3).
///
/// Where `NOTIFY_SOCKET` is not set there is nobody to tell, and every message is dropped. Each message is one datagram
/// from a socket of its own. A service manager that does not read makes a message fail after `sendTimeout`.
package struct ServiceNotifier: Sendable {
    /// How often `watchdog()` must be called at the latest; `nil` if the service manager does not watch this process.
    ///
    /// From `WATCHDOG_USEC` and `WATCHDOG_PID`, see sd_watchdog_enabled(3), which recommends to call twice as often.
    package let watchdogInterval: Duration?

    /// Whether there is a service manager that listens.
    package var isActive: Bool { address != nil }

    private let address: SocketAddress?
    private let sendTimeout: Int
    private let monotonicMicroseconds: @Sendable () -> UInt64

    /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`; an empty `NOTIFY_SOCKET` counts as not set.
    ///
    /// - Parameter environment: The process's environment.
    /// - Throws: `invalidSocketAddress` if `NOTIFY_SOCKET` is neither an absolute path of at most 107 bytes nor an
    ///   abstract name after `@`.
    package init(environment: [String: String]) throws(SystemdError) {
        try self.init(
            environment: environment, processIdentifier: getpid(), sendTimeout: 5_000_000,
            monotonicMicroseconds: ServiceNotifier.monotonicMicroseconds)
    }

    /// Creates a notifier with another process id, limit in microseconds on a send, and clock.
    init(
        environment: [String: String], processIdentifier: pid_t, sendTimeout: Int,
        monotonicMicroseconds: @escaping @Sendable () -> UInt64
    ) throws(SystemdError) {
        if let text = environment["NOTIFY_SOCKET"], !text.isEmpty {
            address = try SocketAddress(text)
        } else {
            address = nil
        }
        watchdogInterval = ServiceNotifier.watchdogInterval(environment, processIdentifier: processIdentifier)
        self.sendTimeout = sendTimeout
        self.monotonicMicroseconds = monotonicMicroseconds
    }

    /// Says that the service is up, or that a reload has ended, whether or not it changed anything.
    package func ready(status: String? = nil) throws(SystemdError) {
        try send("READY=1" + (status.map { "\n" + statusLine($0) } ?? ""))
    }

    /// Sets the line that `systemctl status` shows.
    ///
    /// Control characters become spaces, and what exceeds 2,048 bytes is cut off: the service manager would ignore
    /// the whole message otherwise.
    package func status(_ text: String) throws(SystemdError) {
        try send(statusLine(text))
    }

    /// Says that a reload has begun; `ready` must follow.
    package func reloading() throws(SystemdError) {
        try send("RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds())")
    }

    /// Says that the service is going down.
    package func stopping() throws(SystemdError) {
        try send("STOPPING=1")
    }

    /// Says that the service is alive.
    package func watchdog() throws(SystemdError) {
        try send("WATCHDOG=1")
    }

    /// Has the service manager act as if the watchdog had run out: for a service that knows that it is broken.
    package func watchdogTrigger() throws(SystemdError) {
        try send("WATCHDOG=trigger")
    }

    /// Asks for more time to start, reload or stop, counted from now.
    ///
    /// - Parameter seconds: 0 to 4,294,967,295; values outside are brought into that range.
    package func extendTimeout(seconds: Int) throws(SystemdError) {
        try send("EXTEND_TIMEOUT_USEC=\(UInt64(UInt32(clamping: seconds)) * 1_000_000)")
    }

    private func send(_ message: String) throws(SystemdError) {
        guard let address else { return }
        let failure = try DatagramSocket(to: address, timeout: sendTimeout).send(Array(message.utf8))
        guard failure == 0 else {
            throw SystemdError(.sendFailed, errno: failure, "notify the service manager")
        }
    }

    private func statusLine(_ text: String) -> String {
        var line = "STATUS="
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            let next = isControl ? " " : scalar
            if line.utf8.count + UTF8.width(next) > 2_048 { break }
            line.unicodeScalars.append(next)
        }
        return line
    }

    private static func monotonicMicroseconds() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1_000
    }
}
