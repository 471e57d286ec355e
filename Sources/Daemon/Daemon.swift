package import AuditLog
package import Foundation
package import Logging
import Moderation
import Pipeline
package import Registry
import ServiceConfiguration
import Synchronization
package import Vault

/// What the parts of the daemon share.
package final class Daemon: Sendable {
    /// Time, as the daemon reads it.
    package struct Clock: Sendable {
        /// The date, for records.
        package var now: @Sendable () -> Date

        /// Seconds from any origin, for waits.
        package var uptime: @Sendable () -> Double

        /// Creates a clock; the system's by default.
        package init(
            now: @escaping @Sendable () -> Date = { Date() },
            uptime: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
        ) {
            self.now = now
            self.uptime = uptime
        }
    }

    /// Signs bytes; the name of the key and the signature.
    package typealias Signer = @Sendable ([UInt8]) throws -> Manifest.Signature

    package let configuration: LiveConfiguration
    package let registry: Registry
    package let vault: Vault
    package let modelPath: String
    package let logger: Logger
    package let clock: Clock
    package let heartbeats: Heartbeats

    /// When the daemon started.
    package let started: Date

    /// The id of the key that signs checkpoints and manifests; `nil` without one.
    package let signingKeyID: String?

    let signer: Signer?
    let hashes = FileHashes()
    let activity = Activity()

    /// Held while a dataset's published files are changed.
    let vaultLock = NSLock()

    /// Held while messages and their receipts go to and fro, so that a delivered message is not sent again.
    let outboxLock = NSLock()

    /// Held while configuration and policies are read, so that the latest reload is the one in force.
    let reloadLock = NSLock()

    /// Creates the shared state.
    ///
    /// - Parameters:
    ///   - audit: the audit log, open for writing.
    ///   - modelPath: the language model's file; empty where no policy needs one.
    ///   - signer: signs manifests; none without a key.
    package init(
        configuration: LiveConfiguration, audit: AuditDatabase, modelPath: String, signingKeyID: String?,
        signer: Signer?,
        logger: Logger, clock: Clock = Clock()
    ) {
        self.configuration = configuration
        registry = Registry(audit)
        vault = Vault(VaultLayout(root: configuration.snapshot.settings.stateFolder))
        self.modelPath = modelPath
        self.signingKeyID = signingKeyID
        self.signer = signer
        self.logger = logger
        self.clock = clock
        heartbeats = Heartbeats(uptime: clock.uptime)
        started = clock.now()
    }

    /// A new id.
    func newID() -> DatasetID {
        var random = SystemRandomNumberGenerator()
        return DatasetID(milliseconds: UInt64(max(0, clock.now().timeIntervalSince1970 * 1000)), using: &random)
    }

    /// The moment some seconds from now, as records have it.
    func time(after seconds: Double) throws -> AuditTime { try AuditTime(clock.now().addingTimeInterval(seconds)) }
}
