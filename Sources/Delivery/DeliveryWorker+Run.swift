import Diagnostics
import Foundation
import HTTPTransfer
package import Outbox
import Storage

extension DeliveryWorker {
    /// Delivers what is in the outbox and what comes into it, until it is stopped.
    ///
    /// - Parameter stop: a descriptor that becomes readable to stop the worker, such as a signalfd or an eventfd; it is
    ///   never read. A request under way is cancelled within about a second.
    /// - Throws: `in-use` if another process delivers this outbox's messages; any `OutboxError` of the folder itself.
    package func run(stop: Int32) throws(OutboxError) {
        let lock = try OutboxLock(outbox)
        defer { withExtendedLifetime(lock) {} }
        try outbox.removeAbandonedFiles(before: clock().addingTimeInterval(-3600))
        let watch: FolderWatch
        do {
            watch = try FolderWatch(outbox.folder)
        } catch {
            throw OutboxError(.readFailed, error.message, remedy: error.remedy, path: outbox.folder)
        }
        while !DeliveryWorker.isReadable(stop) {
            // Before the pass: what comes during it wakes the next wait.
            watch.drain()
            let pass = try deliverDue { DeliveryWorker.isReadable(stop) }
            wait(for: [stop, watch.descriptor], until: pass.nextDue)
        }
    }

    /// Delivers what is due now, once.
    ///
    /// - Parameter stop: as for `run(stop:)`.
    /// - Throws: as `run(stop:)`.
    package func runOnce(stop: Int32) throws(OutboxError) -> DeliveryPass {
        let lock = try OutboxLock(outbox)
        defer { withExtendedLifetime(lock) {} }
        return try deliverDue { DeliveryWorker.isReadable(stop) }
    }

    private func wait(for descriptors: [Int32], until due: Date?) {
        // Never longer than the longest delay, in case the clock is set forward meanwhile.
        let longest = max(schedule.maximumDelay, 1)
        let seconds = min(max(due.map { $0.timeIntervalSince(clock()) } ?? longest, 0), longest)
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        poll(&polled, nfds_t(polled.count), Int32(min((seconds * 1000).rounded(.up), Double(Int32.max))))
    }

    private static func isReadable(_ descriptor: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) > 0
    }
}
