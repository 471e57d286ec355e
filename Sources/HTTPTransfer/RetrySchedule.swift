package import Foundation

/// When a message that could not be delivered is tried again, and for how long.
package struct RetrySchedule: Sendable {
    /// The most that the first delay may be, in seconds; each further failure doubles it.
    package var base: TimeInterval

    /// The most that any delay may be, in seconds.
    package var maximumDelay: TimeInterval

    /// How long after its first attempt a message is given up, in seconds.
    package var giveUpAfter: TimeInterval

    /// Creates a schedule.
    package init(base: TimeInterval = 5, maximumDelay: TimeInterval = 3600, giveUpAfter: TimeInterval = 86_400) {
        self.base = base
        self.maximumDelay = maximumDelay
        self.giveUpAfter = giveUpAfter
    }

    /// The delay after a failure, in seconds: exponential backoff with full jitter, so that senders that failed
    /// together do not come back together.
    ///
    /// - Parameters:
    ///   - failures: how many attempts have failed, at least one.
    ///   - random: from 0 up to and without 1.
    ///   - retryAfter: the least that the receiver asked for, in seconds; followed up to `maximumDelay`.
    package func delay(afterFailures failures: Int, random: Double, retryAfter: TimeInterval? = nil) -> TimeInterval {
        let jittered = random * min(maximumDelay, base * exp2(Double(min(failures - 1, 64))))
        return max(jittered, min(retryAfter ?? 0, maximumDelay))
    }
}
