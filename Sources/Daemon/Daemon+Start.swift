import AuditLog
import Diagnostics
import Foundation
package import Logging
import Pipeline
import Policies
import Registry
package import ServiceConfiguration
import Storage
import Vault

/// Keeps a second daemon from the same state folder for as long as it lives.
package final class StateLock: Sendable {
    private let lock: FileLock

    /// Takes the lock.
    ///
    /// - Throws: `DaemonError` while another process has it.
    package init(_ folder: String) throws {
        let path = folder + "/lethed.lock"
        let lock: FileLock?
        do {
            lock = try FileLock(path)
        } catch {
            throw StorageError(.permissionDenied, "cannot make the lock file", remedy: "Check its folder", path: path)
        }
        guard let lock else {
            throw DaemonError(
                .alreadyRunning, "another lethed works on this state folder", remedy: "Stop it first",
                location: .init(path: folder))
        }
        self.lock = lock
    }
}

extension Daemon {
    /// Opens everything that a configuration names: folders, audit log, key, policies and the model's file.
    ///
    /// - Throws: `PolicyErrors`, `AuditError`, `StorageError` or `PipelineError`, each with its remedy.
    package static func open(
        _ settings: ServiceSettings, environment: [String: String], logger: Logger, clock: Clock = Clock()
    ) throws -> Daemon {
        let policies = try PolicySnapshot(settings)
        let layout = VaultLayout(root: settings.stateFolder)
        try layout.createFolders()
        var audit = try AuditDatabase(path: layout.auditDatabase, clock: clock.now)
        let key = try signingKey(settings.audit, environment)
        if let key {
            try audit.record(key, actor: "lethed")
            audit.signing = AuditSigning(key: key, recordInterval: settings.audit.checkpointRecords)
        }
        let needsModel = policies.assignments.contains { $0.policy.forgetFilter != nil }
        let modelPath =
            needsModel
            ? try ModelLocation.resolve(option: settings.modelPath, environment: environment)
            : settings.modelPath ?? ""
        var signer: Signer?
        if let key {
            signer = { (bytes: [UInt8]) throws -> Manifest.Signature in
                Manifest.Signature(key: key.id, value: Data(try key.sign(bytes)).base64EncodedString())
            }
        }
        return Daemon(
            configuration: LiveConfiguration(settings, policies), audit: audit, modelPath: modelPath,
            signingKeyID: key?.id, signer: signer, logger: logger, clock: clock)
    }

    /// The key that signs; `nil` where none is configured.
    private static func signingKey(
        _ settings: AuditSettings, _ environment: [String: String]
    ) throws(AuditError) -> SigningKey? {
        let path = KeyFile.resolve(option: settings.keyPath, environment: environment)
        if FileManager.default.fileExists(atPath: path) {
            return try SigningKey.load(path: path, environment: environment)
        }
        if settings.createsKey { return try SigningKey.create(path: path) }
        guard settings.keyPath == nil else {
            throw AuditError(
                .keyFile, "the signing key is missing",
                remedy: "Make it with lethe audit key create, or set `create_key: true`", path: path)
        }
        return nil
    }

    /// Checks the end of the chain, and records that the daemon is ready.
    package func recordStart() throws {
        let body: CanonicalJSON = .object([
            "configuration": .string(configuration.snapshot.settings.sha256), "version": .string(Daemon.version),
        ])
        try registry.record(AuditEntry(event: .daemonStarted, subject: "lethed", body: body))
        try recordPolicies(actor: "lethed")
    }

    /// Records that the daemon stops on request, and closes the audit log.
    package func recordStop() {
        do {
            try registry.record(AuditEntry(event: .daemonStopped, subject: "lethed"))
            try registry.audit.close()
        } catch {
            logger.error("the stop was not recorded", metadata: ["error": "\(error.explanation)"])
        }
    }
}
