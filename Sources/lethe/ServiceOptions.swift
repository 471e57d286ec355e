import ArgumentParser
import ControlClient
import Foundation
import ServiceConfiguration
import Vault

/// How every command that speaks to the daemon finds it.
struct ServiceOptions: ParsableArguments {
    @Option(
        help: "The daemon's configuration; else LETHE_CONFIG, ./etc/lethe.yaml, /etc/lethe/lethe.yaml.",
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(help: "The daemon's socket, instead of the configuration's.", completion: .file())
    var socket: String?

    /// The daemon's settings.
    func settings() throws -> ServiceSettings {
        try ServiceConfigurationLoader.load(
            ServiceConfigurationLoader.resolve(option: config, environment: ProcessInfo.processInfo.environment))
    }

    /// The daemon's socket.
    func client() throws -> ControlClient {
        ControlClient(socketPath: try socket ?? settings().socketPath)
    }

    /// Where the daemon's files lie.
    func layout() throws -> VaultLayout { VaultLayout(root: try settings().stateFolder) }
}

/// Runs what talks to the daemon; a failure is told on standard error.
func withDaemon<Result>(_ work: () throws -> Result) throws -> Result {
    do {
        return try work()
    } catch let error as ExitCode {
        throw error
    } catch let error as ValidationError {
        throw error
    } catch {
        throw Console.fail(error)
    }
}

/// A part of a URL's path or query.
func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
}
