import ArgumentParser
import Foundation
import Policies
import ServiceConfiguration

/// Checks the daemon's configuration.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check the daemon's configuration.", subcommands: [Check.self])

    /// Reads configuration and policies as the daemon would.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read the configuration and all its policies as lethed would, and tell every fault.",
            discussion: """
                EXAMPLES
                  lethe config check
                  lethe config check --config etc/lethe.yaml

                EXIT CODES
                  0  lethed can start with it
                  2  usage
                  3  it cannot be used
                """
        )

        @OptionGroup var service: ServiceOptions

        func run() throws {
            do {
                let settings = try service.settings()
                let policies = try PolicySnapshot(settings)
                try Console.print("\(settings.path): ok: sha256 \(settings.sha256.prefix(12))\n")
                try Console.print("state     \(settings.stateFolder)\nsocket    \(settings.socketPath)\n")
                for assignment in policies.assignments {
                    let policy = assignment.policy
                    try Console.print(
                        "policy    \(assignment.customers)  \(policy.name) \(policy.version)  "
                            + "sha256 \(policy.sha256.prefix(12))  \(policy.path)\n")
                }
                if !settings.policies.contains(where: { $0.customers == "*" }) {
                    Console.tell("lethe: warning: no policy is for `*`: datasets of other customers are deferred")
                }
            } catch {
                throw Console.fail(error)
            }
        }
    }
}
