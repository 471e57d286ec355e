import Foundation
import Intake
import Logging
import Pipeline
import ServiceConfiguration
import ServiceLifecycle
import Synchronization
package import Systemd
import Vault

/// Tells systemd that the daemon is ready once each of its parts is.
package final class Readiness: Sendable {
    private let missing: Mutex<Set<String>>
    private let notify: @Sendable () -> Void

    /// Waits for parts.
    ///
    /// - Parameter notify: called once, when the last part is ready.
    package init(_ parts: Set<String>, notify: @escaping @Sendable () -> Void) {
        missing = Mutex(parts)
        self.notify = notify
    }

    /// A part is ready.
    package func isReady(_ part: String) {
        let wasLast = missing.withLock { $0.remove(part) != nil && $0.isEmpty }
        if wasLast { notify() }
    }
}

// A loop ends as soon as the daemon stops; its service waits for its own turn, since the group takes an end before that
// for a failure.

/// The inbox's loop as a service.
package struct InboxService: Service {
    private let daemon: Daemon
    private let readiness: Readiness

    /// Creates the service.
    package init(_ daemon: Daemon, readiness: Readiness) {
        self.daemon = daemon
        self.readiness = readiness
    }

    package func run() async throws {
        let (daemon, readiness) = (daemon, readiness)
        let watcher = try InboxWatcher(root: daemon.vault.layout.inbox)
        try await withGracefulShutdownHandler {
            try await DedicatedThread.run(name: "lethe-inbox") {
                let loop = try InboxLoop(daemon, watcher: watcher)
                try loop.recover()
                readiness.isReady("inbox")
                loop.run()
            }
            try await gracefulShutdown()
        } onGracefulShutdown: {
            daemon.stop()
            watcher.wake()
        }
    }
}

/// The judging loops as a service.
package struct JudgingService: Service {
    private let daemon: Daemon

    /// Creates the service.
    package init(_ daemon: Daemon) {
        self.daemon = daemon
    }

    package func run() async throws {
        let daemon = daemon
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<daemon.configuration.snapshot.settings.scoring.datasetsAtOnce {
                    group.addTask {
                        try await DedicatedThread.run(name: "lethe-judge-\(number)") { JudgingLoop(daemon).run() }
                    }
                }
                try await group.waitForAll()
            }
            try await gracefulShutdown()
        } onGracefulShutdown: {
            daemon.stop()
        }
    }
}

/// What comes round regularly, and the signs of life that systemd's watchdog wants.
package struct MaintenanceService: Service {
    private let daemon: Daemon
    private let notifier: ServiceNotifier

    /// Creates the service.
    package init(_ daemon: Daemon, notifier: ServiceNotifier) {
        self.daemon = daemon
        self.notifier = notifier
    }

    package func run() async throws {
        let (daemon, notifier) = (daemon, notifier)
        let seconds = min(5, notifier.watchdogInterval.map { max(0.2, $0 / .seconds(4)) } ?? 5)
        try await withGracefulShutdownHandler {
            try await DedicatedThread.run(name: "lethe-maintenance") {
                let loop = MaintenanceLoop(daemon)
                var status = ""
                while !daemon.activity.isStopping {
                    let generation = daemon.activity.generation
                    loop.runOnce()
                    let line = daemon.statusLine()
                    if line != status { try? notifier.status(line) }
                    status = line
                    // A part that hangs starves the watchdog, and systemd starts the daemon anew.
                    if daemon.heartbeats.late.isEmpty { try? notifier.watchdog() }
                    daemon.activity.wait(seconds: seconds, after: generation)
                }
            }
            try await gracefulShutdown()
        } onGracefulShutdown: {
            daemon.stop()
        }
    }
}

/// Loads policies again when a file beside them changes, if the configuration says so.
package struct PolicyWatchService: Service {
    private let daemon: Daemon

    /// Creates the service.
    package init(_ daemon: Daemon) {
        self.daemon = daemon
    }

    package func run() async throws {
        let daemon = daemon
        let watcher = try InboxWatcher(root: daemon.configuration.snapshot.settings.path)
        try await withGracefulShutdownHandler {
            try await DedicatedThread.run(name: "lethe-policies") {
                while !daemon.activity.isStopping {
                    let settings = daemon.configuration.snapshot.settings
                    let files = Set([settings.path] + settings.policies.map(\.policyPath))
                    watcher.watch(Set(files.map { ($0 as NSString).deletingLastPathComponent }).sorted())
                    let events = watcher.wait(seconds: 3600)
                    guard settings.watchesPolicies, events.contains(where: { concerns($0, files) }) else { continue }
                    // Several files that are written together are loaded once.
                    while !watcher.wait(seconds: 0.2).isEmpty {}
                    _ = try? daemon.reload(actor: "lethed (file change)")
                }
            }
            try await gracefulShutdown()
        } onGracefulShutdown: {
            daemon.stop()
            watcher.wake()
        }
    }

    private func concerns(_ event: InboxWatcher.Event, _ files: Set<String>) -> Bool {
        switch event {
        case .closed(let path), .moved(let path): files.contains(path)
        case .rescan: false
        }
    }
}

extension Daemon {
    /// Asks every loop to end within a step.
    package func stop() {
        activity.stop()
    }
}
