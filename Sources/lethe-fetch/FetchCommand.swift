import ArgumentParser
import Delivery
import Diagnostics
import FetchSpool
import Fetching
import Foundation
import Logging
import Outbox
import Policies
import Systemd

/// Does everything of Lethe's that leaves the machine.
struct FetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lethe-fetch",
        abstract: "Fetch datasets, and deliver Lethe's verdicts to webhooks.",
        discussion: """
            lethed has no network. Whatever leaves or enters the machine goes through lethe-fetch, which runs until \
            SIGTERM or SIGINT; these cancel what is under way and lose nothing.

            It fetches the sources of the configuration and what `lethe submit URL` asks for into the folder fetched \
            of the state folder; lethed takes whole files from there. Transfers that were cut go on where they \
            stopped, failed ones are tried again after growing times, and no request reaches this machine or the local \
            network unless the configuration allows that host.

            lethed writes each message for a webhook into its outbox, a folder; lethe-fetch posts it from there, and \
            writes a receipt that lethed enters into its audit log.

            A message counts as delivered at a status of 2xx. It is given up at any other 4xx than 408, 425 and 429, \
            and tried again after everything else: at first within 5 seconds, then within ever longer times up to an \
            hour or as long as Retry-After says, for 24 hours. It can arrive more than once, always with the same id. \
            Redirects are not followed, proxies out of the environment are not used, and certificates are always \
            verified.

            The receiver gets a POST of JSON with these header fields:
              Lethe-Event      verdict
              Lethe-Delivery   the message's id, by which to pass over a repeated one
              Lethe-Signature  t=SECONDS,v1=HEX, if the endpoint has a secret; HEX is the HMAC-SHA-256 under the \
            secret of SECONDS, a full stop and the body. Check it, and that SECONDS (since 1970) is recent.

            SIGHUP reads the configuration again. The configuration is --config, else LETHE_CONFIG, ./etc/lethe.yaml, \
            /etc/lethe/lethe.yaml; with --outbox none is read, and nothing is fetched.

            EXIT CODES
              0  stopped by a signal, or with --once, everything due was tried
              2  wrong usage
              3  the configuration, the outbox, the spool or a secret cannot be used, at the start
              4  internal failure, or the outbox or the spool became unusable later

            EXAMPLES
              lethe-fetch --config /etc/lethe/lethe.yaml
              lethe-fetch --outbox /var/lib/lethe/outbox --endpoint ops=https://ops.example/hooks/lethe \\
                --secret-file ops=/etc/lethe/ops.secret
              lethe-fetch --once --outbox outbox --endpoint test=http://127.0.0.1:8080/ --allow-http
            """,
        version: "0.2.0"
    )

    @OptionGroup var endpoints: EndpointOptions

    @Flag(help: "Try everything that is due once, then end.")
    var once = false

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        var isReady = false
        do {
            let notifier = try ServiceNotifier(environment: environment)
            var isFirst = true
            while true {
                isReady = false
                // Before any thread is made: they inherit the mask that leaves the signals to the one that waits.
                let stop = try StopSignals()
                defer { withExtendedLifetime(stop) {} }
                let settings = try endpoints.settings(environment)
                let worker = DeliveryWorker(outbox: settings.outbox, endpoints: settings.endpoints)
                if once { return try runOnce(worker, settings, stop) }
                let fetching = try FetchThread(settings, stop)
                let sources = settings.fetching?.settings.sources.count ?? 0
                try? notifier.ready(status: "\(settings.endpoints.count) endpoints, \(sources) sources")
                if isFirst { Logger(label: "lethe-fetch").notice("lethe-fetch is ready") }
                isFirst = false
                isReady = true
                do {
                    try worker.run(stop: stop.descriptor)
                } catch {
                    stop.stop()
                    try? fetching?.join()
                    throw error
                }
                try fetching?.join()
                guard stop.received == SIGHUP else { break }
                try? notifier.reloading()
            }
            try? notifier.stopping()
        } catch {
            Main.tell("lethe-fetch: error: \(error)")
            // What fails later is no fault of the configuration: the service manager shall try again.
            let isInput =
                !isReady && (error is any DiagnosedError || error is PolicyErrors) || FetchCommand.isInUse(error)
            throw ExitCode((isInput ? ExitStatus.input : .internal).rawValue)
        }
    }

    /// Another process's work is something for a person to look at, whenever it shows.
    private static func isInUse(_ error: any Error) -> Bool {
        (error as? FetchSpoolError)?.code == .inUse || (error as? OutboxError)?.code == .inUse
    }

    private func runOnce(_ worker: DeliveryWorker, _ settings: DeliverySettings, _ stop: StopSignals) throws {
        let pass = try worker.runOnce(stop: stop.descriptor)
        print("delivered \(pass.delivered), to be tried again \(pass.failed), given up \(pass.givenUp)")
        guard let fetching = settings.fetching else { return }
        let fetched = try Fetcher(spool: fetching.spool, settings: fetching.settings).runOnce(stop: stop.descriptor)
        print(
            "fetched \(fetched.fetched), unchanged \(fetched.unchanged), to be tried again \(fetched.failed), "
                + "given up \(fetched.givenUp)")
    }
}
