import Foundation
package import Policies

/// Every policy of a configuration, loaded and checked together: a value that is swapped as a whole.
package struct PolicySnapshot: Sendable {
    /// Assignments in order, each with its loaded policy.
    package let assignments: [(customers: String, policy: Policy)]

    /// Loads every policy that the settings name, each file once.
    ///
    /// - Throws: `PolicyErrors` with the faults of all files.
    package init(_ settings: ServiceSettings) throws(PolicyErrors) {
        var loaded: [String: Policy] = [:]
        var faults: [PolicyError] = []
        for path in Set(settings.policies.map(\.policyPath)).sorted() {
            do throws(PolicyErrors) {
                loaded[path] = try PolicyLoader.load(path)
            } catch {
                faults += error.errors
            }
        }
        guard faults.isEmpty else { throw PolicyErrors(errors: faults) }
        assignments = settings.policies.compactMap { assignment in
            loaded[assignment.policyPath].map { (assignment.customers, $0) }
        }
    }

    /// The policy of a customer: that of the first pattern that matches; `nil` if none does.
    package func policy(for customer: String) -> Policy? {
        assignments.first { globMatches($0.customers, customer) }?.policy
    }
}

/// Whether a shell pattern matches a name, as fnmatch(3) has it.
package func globMatches(_ pattern: String, _ name: String) -> Bool {
    fnmatch(pattern, name, 0) == 0
}
