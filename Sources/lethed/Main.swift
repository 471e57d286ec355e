import ArgumentParser
import ControlAPI
import Daemon
import Diagnostics
import Foundation
import Logging
import Pipeline
import Policies
import ServiceConfiguration
import ServiceLifecycle
import Systemd
import UnixSignals

/// The daemon that stands in front of finetuning.
struct LethedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lethed",
        abstract: "Judge datasets that are dropped into the inbox, and open the gate on a recorded verdict.",
        discussion: """
            lethed watches inbox/CUSTOMER/ under its state folder, takes each file that is finished, judges it under \
            the customer's policy, splits it into cleared and quarantined rows, and records every step. It runs in the \
            foreground, as systemd wants it; `lethe status` shows what it does.

            SIGTERM, SIGINT  stop within one training step; the training is saved and goes on at the next start
            SIGHUP           read configuration and policies again; what is wrong with them keeps the old ones

            The configuration is --config, else LETHE_CONFIG, ./etc/lethe.yaml, /etc/lethe/lethe.yaml.

            EXIT CODES
              0  stopped on request
              2  usage
              3  the configuration, a policy, the key or the model cannot be used
              4  internal failure

            EXAMPLES
              lethed --config /etc/lethe/lethe.yaml
              lethe config check && systemctl start lethed
            """,
        version: Daemon.version
    )

    @Option(help: "The configuration.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(
        help: "The least level that is logged: trace, debug, info, notice, warning, error or critical.",
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("`\(text)` is no level of a log.")
            }
            return level
        })
    var logLevel: Logger.Level = .info

    func run() async throws {
        // What the daemon makes is for its group to read at most, unless it says otherwise.
        umask(0o027)
        let environment = ProcessInfo.processInfo.environment
        LoggingBackend.bootstrap(environment: environment, identifier: "lethed", level: logLevel)
        var logger = Logger(label: "lethed")
        logger.logLevel = logLevel
        do {
            try await serve(environment, logger)
        } catch {
            logger.critical("lethed ends: \(error.explanation)")
            let isInput = error is PolicyErrors || error is any DiagnosedError
            throw ExitCode(isInput ? 3 : 4)
        }
    }

    private func serve(_ environment: [String: String], _ logger: Logger) async throws {
        let notifier = try ServiceNotifier(environment: environment)
        let path = try ServiceConfigurationLoader.resolve(option: config, environment: environment)
        // Absolute, so that it can be read again and its folder watched.
        let settings = try ServiceConfigurationLoader.load(URL(fileURLWithPath: path).path)
        try FileManager.default.createDirectory(
            atPath: settings.stateFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        let lock = try StateLock(settings.stateFolder)
        defer { withExtendedLifetime(lock) {} }
        try? notifier.extendTimeout(seconds: 300)
        let daemon = try await DedicatedThread.run(name: "lethe-start") {
            let daemon = try Daemon.open(settings, environment: environment, logger: logger)
            try daemon.recover()
            return daemon
        }
        let readiness = Readiness(["inbox", "control"]) {
            // Whoever was the last to be ready may be on an event loop: the record is made elsewhere.
            Thread.detachNewThread {
                do {
                    try daemon.recordStart()
                    try notifier.ready(status: daemon.statusLine())
                } catch {
                    logger.error("the start was not recorded or not told", metadata: ["error": "\(error.explanation)"])
                }
                logger.notice("lethed is ready", metadata: ["state": "\(settings.stateFolder)"])
            }
        }
        let server = ControlServer(daemon, socketPath: settings.socketPath) { readiness.isReady("control") }
        let services: [any Service] = [
            server, MaintenanceService(daemon, notifier: notifier), PolicyWatchService(daemon),
            JudgingService(daemon), InboxService(daemon, readiness: readiness),
            ReloadService(daemon: daemon, notifier: notifier), StopNotice(notifier: notifier),
        ]
        let group = ServiceGroup(
            configuration: .init(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
        try await DedicatedThread.run(name: "lethe-stop") { daemon.recordStop() }
    }
}

/// SIGHUP: read configuration and policies again, by systemd's protocol of a reload (sd_notify(3)).
private struct ReloadService: Service {
    let daemon: Daemon
    let notifier: ServiceNotifier

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            try? notifier.reloading()
            let (daemon, notifier) = (daemon, notifier)
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    _ = try? daemon.reload(actor: "SIGHUP")
                    // Also after a refusal: the daemon goes on with what it had, and the status says so.
                    try? notifier.ready(status: daemon.statusLine())
                    continuation.resume()
                }
            }
        }
    }
}

/// Tells systemd at once that the daemon stops; it is last in the group, and so the first to be shut down.
private struct StopNotice: Service {
    let notifier: ServiceNotifier

    func run() async throws {
        try await gracefulShutdown()
        try? notifier.stopping()
    }
}

@main
enum Main {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        // A file that would pass a limit is an error of the write, not the end of the process.
        signal(SIGXFSZ, SIG_IGN)
        // Whoever started us may have had signals blocked, and a child inherits that.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        do {
            let command = try LethedCommand.parse()
            try await command.run()
        } catch {
            let code = LethedCommand.exitCode(for: error)
            guard code == .validationFailure else { LethedCommand.exit(withError: error) }
            // The library's code for wrong usage is 64; every command here documents 2.
            try? FileHandle.standardError.write(contentsOf: Data((LethedCommand.fullMessage(for: error) + "\n").utf8))
            exit(2)
        }
    }
}
