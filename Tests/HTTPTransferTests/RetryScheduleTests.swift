import Foundation
import HTTPTransfer
import Testing

@Suite("The schedule of retries")
struct RetryScheduleTests {
    private let schedule = RetrySchedule()

    @Test(
        "Delays double from 5 s up to an hour and are drawn from zero on",
        arguments: [
            (1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (12, 3600), (1000, 3600), (Int.max, 3600),
        ] as [(Int, Double)])
    func backoff(failures: Int, longest: TimeInterval) {
        #expect(schedule.delay(afterFailures: failures, random: 0) == 0)
        #expect(schedule.delay(afterFailures: failures, random: 0.5) == longest / 2)
    }

    @Test(
        "Retry-After is the least, up to the longest delay",
        arguments: [(nil, 2.5), (0, 2.5), (2, 2.5), (100, 100), (3600, 3600), (1e300, 3600)] as [(Double?, Double)])
    func retryAfter(asked: TimeInterval?, delay: TimeInterval) {
        #expect(schedule.delay(afterFailures: 1, random: 0.5, retryAfter: asked) == delay)
    }
}
