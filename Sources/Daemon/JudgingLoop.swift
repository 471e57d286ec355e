import AuditLog
import CLinux
import Foundation
import Logging
import Registry
import ServiceConfiguration

/// Judges datasets one after another on a thread of its own, until the daemon stops.
package struct JudgingLoop {
    private let daemon: Daemon

    /// Creates a worker.
    package init(_ daemon: Daemon) {
        self.daemon = daemon
    }

    /// Runs until the daemon stops; blocks the calling thread.
    package func run() {
        while !daemon.activity.isStopping {
            let generation = daemon.activity.generation
            do {
                let now = try AuditTime(daemon.clock.now())
                if let entry = try take(now) {
                    judge(entry)
                    // Each thread's heap would keep what training took at its height: hundreds of megabytes.
                    lethe_release_free_memory()
                } else {
                    daemon.activity.wait(seconds: try secondsUntilNext(after: now), after: generation)
                }
                daemon.activity.setProblem("queue", nil)
            } catch {
                daemon.activity.setProblem("queue", error.explanation)
                daemon.logger.error("the queue cannot be read", metadata: ["error": "\(error.explanation)"])
                daemon.activity.wait(
                    seconds: min(30, daemon.configuration.snapshot.settings.scoring.retrySeconds),
                    after: daemon.activity.generation)
            }
        }
    }

    private static let taking = NSLock()

    /// Takes the dataset whose turn it is.
    private func take(_ now: AuditTime) throws -> DatasetEntry? {
        // Two workers must not take the same.
        Self.taking.lock()
        defer { Self.taking.unlock() }
        let entry = try daemon.registry.next(
            now: now, running: daemon.activity.unavailable(at: daemon.clock.uptime()),
            served: daemon.activity.served)
        if let entry { daemon.activity.begin(entry.id, customer: entry.customer, at: daemon.clock.uptime()) }
        return entry
    }

    /// How long to wait where nothing can be judged now: until the next retry, or until woken.
    private func secondsUntilNext(after now: AuditTime) throws -> Double {
        var seconds = 3600.0
        if let next = try daemon.registry.nextRetry(after: now) {
            let formatter = ISO8601DateFormatter()
            formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
            // The formatter reads milliseconds; the rest of a record's time does not matter here.
            let time = formatter.date(from: next.prefix(23) + "Z") ?? daemon.clock.now()
            seconds = min(seconds, time.timeIntervalSince(daemon.clock.now()) + 0.01)
        }
        let uptime = daemon.clock.uptime()
        if let release = daemon.activity.nextRelease(after: uptime) { seconds = min(seconds, release - uptime + 0.01) }
        return max(0.01, seconds)
    }

    private func judge(_ entry: DatasetEntry) {
        let id = entry.id
        let part = "judging \(id)"
        daemon.heartbeats.beat(part, within: 300)
        defer { daemon.heartbeats.end(part) }
        do {
            try DatasetJudge(daemon, entry).run()
            daemon.activity.end(id)
            daemon.activity.setProblem("judging", nil)
        } catch let error as DaemonError where error.code == .stopping {
            daemon.activity.end(id)
        } catch let error as DaemonError where error.code == .cancelled {
            let cancellation = daemon.activity.running[id]?.cancellation
            attempt(id) {
                try daemon.recordCancellation(
                    id, actor: cancellation?.actor ?? "lethed", reason: cancellation?.reason)
            }
        } catch {
            daemon.activity.count { $0.failures += 1 }
            daemon.activity.setProblem("judging", error.explanation)
            daemon.logger.error(
                "dataset deferred", metadata: ["dataset": "\(id)", "error": "\(error.explanation)"])
            attempt(id) {
                // The state may have changed on the way here.
                let attempts = try daemon.registry.reader.entry(id)?.attempts ?? 0
                try daemon.registry.defer(
                    id, code: error.codeName, reason: error.explanation,
                    // Room on a disk comes back at once, not by and by.
                    retryAt: daemon.time(
                        after: error.codeName == DaemonError.Code.lowDiskSpace.rawValue
                            ? min(300, backoff(attempts)) : backoff(attempts)))
            }
        }
    }

    /// Seconds until a try after so many failures.
    private func backoff(_ attempts: Int) -> Double {
        let scoring = daemon.configuration.snapshot.settings.scoring
        return min(scoring.maximumRetrySeconds, scoring.retrySeconds * Double(1 << min(20, attempts)))
    }

    /// Records how a judgement ended; where that cannot be recorded, the dataset is held back in memory for a while.
    private func attempt(_ id: DatasetEntry.ID, _ work: () throws -> Void) {
        do {
            try work()
            daemon.activity.end(id)
        } catch {
            daemon.activity.setProblem("audit", error.explanation)
            daemon.logger.error(
                "a dataset's state cannot be recorded",
                metadata: ["dataset": "\(id)", "error": "\(error.explanation)"])
            daemon.activity.end(id, heldUntil: daemon.clock.uptime() + backoff(0))
        }
    }
}
