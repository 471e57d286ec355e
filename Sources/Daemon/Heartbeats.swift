import Synchronization

/// Signs of life of the daemon's parts: the watchdog is fed only while each of them is on time.
package final class Heartbeats: Sendable {
    private let parts = Mutex<[String: (last: Double, limit: Double)]>([:])
    private let uptime: @Sendable () -> Double

    /// Creates an empty set.
    ///
    /// - Parameter uptime: seconds from any origin.
    package init(uptime: @escaping @Sendable () -> Double) {
        self.uptime = uptime
    }

    /// A part lives, and promises to say so again within a time.
    package func beat(_ part: String, within seconds: Double) {
        let now = uptime()
        parts.withLock { $0[part] = (now, seconds) }
    }

    /// A part has ended.
    package func end(_ part: String) {
        parts.withLock { $0[part] = nil }
    }

    /// Parts that broke their promise, sorted.
    package var late: [String] {
        let now = uptime()
        return parts.withLock { parts in
            parts.filter { now - $0.value.last > $0.value.limit }.keys.sorted()
        }
    }
}
