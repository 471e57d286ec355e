import Delivery
import FetchSpool
import Fetching
import Foundation
import Synchronization

/// The fetcher on a thread of its own, beside the one that delivers.
final class FetchThread {
    private let outcome = Outcome()

    private final class Outcome: Sendable {
        let error = Mutex<FetchSpoolError?>(nil)
        let ended = DispatchSemaphore(value: 0)
    }

    /// Starts fetching; `nil` where there is nothing to fetch for.
    ///
    /// If the fetcher ends by itself, the process stops.
    init?(_ settings: DeliverySettings, _ stop: StopSignals) throws {
        guard let fetching = settings.fetching else { return nil }
        // Here, so that a spool that cannot be used ends the process before it says that it is ready.
        let (spool, fetcherSettings) = (fetching.spool, fetching.settings)
        try spool.createFolders()
        let (outcome, descriptor) = (outcome, stop.descriptor)
        let end = stop.end
        let thread = Thread {
            do throws(FetchSpoolError) {
                try Fetcher(spool: spool, settings: fetcherSettings).run(stop: descriptor)
            } catch {
                outcome.error.withLock { $0 = error }
                end()
            }
            outcome.ended.signal()
        }
        thread.name = "lethe-fetching"
        thread.start()
    }

    /// Waits for its end.
    ///
    /// - Throws: why it ended, if it was not told to.
    func join() throws {
        outcome.ended.wait()
        if let error = outcome.error.withLock({ $0 }) { throw error }
    }
}
