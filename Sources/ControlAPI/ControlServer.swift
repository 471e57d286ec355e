package import Daemon
import Diagnostics
import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// The control API on its Unix socket.
///
/// The socket's mode lets the owner and the group connect; who may change state is decided by the peer's credentials.
package struct ControlServer: Service {
    private let daemon: Daemon
    private let socketPath: String
    private let onRunning: @Sendable () async -> Void

    /// Prepares the server.
    ///
    /// - Parameter onRunning: called once the socket can be connected to.
    package init(_ daemon: Daemon, socketPath: String, onRunning: @escaping @Sendable () async -> Void = {}) {
        self.daemon = daemon
        self.socketPath = socketPath
        self.onRunning = onRunning
    }

    /// Serves until graceful shutdown.
    ///
    /// - Throws: `DaemonError` where the socket cannot be made.
    package func run() async throws {
        // sun_path of unix(7), with its terminating NUL.
        guard socketPath.utf8.count < 108 else {
            throw DaemonError(
                .socketUnusable, "the socket's path is longer than 107 bytes", remedy: "Set a shorter `socket`",
                location: .init(path: socketPath))
        }
        var logger = daemon.logger
        logger.logLevel = .warning
        let path = socketPath
        let running = onRunning
        let application = Application(
            router: ControlRoutes(daemon).router(),
            configuration: .init(address: .unixDomainSocket(path: socketPath), serverName: "lethed"),
            onServerRunning: { _ in
                chmod(path, 0o660)
                await running()
            }, logger: logger)
        do {
            try await application.run()
        } catch let error as IOError {
            throw DaemonError(
                .socketUnusable, "the socket cannot be made: \(error.description)",
                remedy: "Check that its folder is there and may be written", location: .init(path: socketPath))
        }
        unlink(socketPath)
    }
}
