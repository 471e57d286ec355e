import AuditLog
package import ControlModels
import Diagnostics
import Foundation
import Logging
import Policies
import Registry
import ServiceConfiguration

extension Daemon {
    /// Reads configuration and policies again; running judgements keep what they began with.
    ///
    /// - Parameter actor: who asked for it.
    /// - Throws: `PolicyErrors`; what was in force stays, and the refusal is recorded.
    package func reload(actor: String) throws -> ReloadReport {
        reloadLock.lock()
        defer { reloadLock.unlock() }
        do {
            let (_, needRestart) = try configuration.reload()
            activity.count { $0.reloads += 1 }
            try recordPolicies(actor: actor)
            logger.notice("configuration loaded", metadata: ["actor": "\(actor)"])
            activity.signal()
            return ReloadReport(policies: loadedPolicies(), needRestart: needRestart)
        } catch let error as PolicyErrors {
            activity.count { $0.refusedReloads += 1 }
            activity.signal()
            let faults = error.errors.map { CanonicalJSON.string($0.description) }
            logger.error(
                "the configuration was refused; the one before stays in force",
                metadata: ["error": "\(error.errors.first?.description ?? "")"])
            try registry.record(
                AuditEntry(
                    event: .policyRefused, subject: configuration.snapshot.settings.path,
                    body: .object(["faults": .array(Array(faults.prefix(20)))])), by: actor)
            throw error
        }
    }

    /// Records which policies are in force.
    package func recordPolicies(actor: String) throws {
        let policies = loadedPolicies().map { policy in
            CanonicalJSON.object([
                "customers": .string(policy.customers), "mode": .string(policy.mode), "name": .string(policy.name),
                "sha256": .string(policy.sha256), "version": .string(policy.version),
            ])
        }
        try registry.record(
            AuditEntry(
                event: .policyLoaded, subject: configuration.snapshot.settings.path,
                body: .object([
                    "configuration": .string(configuration.snapshot.settings.sha256), "policies": .array(policies),
                ])), by: actor)
    }
}
