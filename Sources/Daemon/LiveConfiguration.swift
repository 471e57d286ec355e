import Diagnostics
package import Policies
package import ServiceConfiguration
import Synchronization

/// The configuration and policies in force: one immutable value that is swapped as a whole.
///
/// Whoever judges takes a snapshot and keeps it to the end, so that a reload never changes rules under a dataset.
package final class LiveConfiguration: Sendable {
    /// What is in force at a moment.
    package struct Snapshot: Sendable {
        /// The settings.
        package var settings: ServiceSettings

        /// The policies.
        package var policies: PolicySnapshot
    }

    private let state: Mutex<(snapshot: Snapshot, refusal: String?)>

    /// Begins with settings whose policies were loaded.
    package init(_ settings: ServiceSettings, _ policies: PolicySnapshot) {
        state = Mutex((Snapshot(settings: settings, policies: policies), nil))
    }

    /// What is in force.
    package var snapshot: Snapshot { state.withLock { $0.snapshot } }

    /// Why the latest reload was refused; `nil` if it was not.
    package var refusal: String? { state.withLock { $0.refusal } }

    /// Reads the configuration and all its policies, and swaps them in if all of them are right.
    ///
    /// What cannot change while the daemon runs (state folder, socket, model, the audit key) keeps its value.
    ///
    /// - Returns: what is in force now, and which changed settings need a restart.
    /// - Throws: `PolicyErrors`; what was in force then stays.
    package func reload() throws(PolicyErrors) -> (snapshot: Snapshot, needRestart: [String]) {
        let present = snapshot.settings
        do throws(PolicyErrors) {
            var settings = try ServiceConfigurationLoader.load(present.path)
            let policies = try PolicySnapshot(settings)
            var needRestart: [String] = []
            func keep<Value: Equatable>(_ path: WritableKeyPath<ServiceSettings, Value>, _ name: String) {
                guard settings[keyPath: path] != present[keyPath: path] else { return }
                settings[keyPath: path] = present[keyPath: path]
                needRestart.append(name)
            }
            keep(\.stateFolder, "state")
            keep(\.socketPath, "socket")
            keep(\.modelPath, "model")
            keep(\.audit, "audit")
            keep(\.scoring.datasetsAtOnce, "scoring.datasets_at_once")
            let snapshot = Snapshot(settings: settings, policies: policies)
            state.withLock { $0 = (snapshot, nil) }
            return (snapshot, needRestart)
        } catch {
            state.withLock { $0.refusal = error.errors.map(\.description).joined(separator: "; ") }
            throw error
        }
    }
}
