import ArgumentParser
import Delivery
import Diagnostics
import Foundation
import Outbox

/// Does everything of Lethe's that leaves the machine.
struct FetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lethe-fetch",
        abstract: "Deliver Lethe's verdicts to webhooks.",
        discussion: """
            lethed has no network. It writes each message for a webhook into its outbox, a folder; lethe-fetch posts it \
            from there, and writes a receipt that lethed enters into its audit log. It runs until SIGTERM or SIGINT, \
            which cancel a request under way and lose nothing.

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

            EXIT CODES
              0  stopped by a signal, or with --once, everything due was tried
              2  wrong usage
              3  the outbox, an endpoint or its secret cannot be used
              4  internal failure

            EXAMPLES
              lethe-fetch --outbox /var/lib/lethe/outbox --endpoint ops=https://ops.example/hooks/lethe \\
                --secret-file ops=/etc/lethe/ops.secret
              lethe-fetch --once --outbox outbox --endpoint test=http://127.0.0.1:8080/ --allow-http
            """,
        version: "0.1.0"
    )

    @OptionGroup var endpoints: EndpointOptions

    @Flag(help: "Try everything that is due once, then end.")
    var once = false

    func run() throws {
        do {
            let stop = try StopSignals()
            defer { withExtendedLifetime(stop) {} }
            let settings = try endpoints.settings()
            let worker = DeliveryWorker(outbox: settings.outbox, endpoints: settings.endpoints)
            guard once else { return try worker.run(stop: stop.descriptor) }
            let pass = try worker.runOnce(stop: stop.descriptor)
            print("delivered \(pass.delivered), to be tried again \(pass.failed), given up \(pass.givenUp)")
        } catch {
            Main.tell("lethe-fetch: error: \(error)")
            let isInput = error is any DiagnosedError
            throw ExitCode((isInput ? ExitStatus.input : .internal).rawValue)
        }
    }
}
