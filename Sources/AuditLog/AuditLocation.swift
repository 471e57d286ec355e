import Foundation

/// Where the audit database lies if nobody says so.
package enum AuditLocation {
    /// The database of the service.
    package static let system = "/var/lib/lethe/audit.sqlite"

    /// Chooses the database: the option, `LETHE_AUDIT_DB`, the service's if it is there, else the user's own.
    ///
    /// The user's own is `lethe/audit.sqlite` under `XDG_STATE_HOME`, or under `~/.local/state` where that is not set
    /// to an absolute path. An empty variable counts as not set.
    ///
    /// - Parameters:
    ///   - option: What the user gave on the command line.
    ///   - environment: The process's environment.
    ///   - exists: Whether a file is there.
    /// - Returns: The path.
    /// - Throws: ``AuditError`` with code `no-location` if there is no home folder either.
    package static func resolve(
        option: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
        exists: (String) -> Bool = { FileManager.default.fileExists(atPath: $0) }
    ) throws(AuditError) -> String {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let path = option ?? variable("LETHE_AUDIT_DB") { return path }
        if exists(system) { return system }
        if let folder = variable("XDG_STATE_HOME"), folder.hasPrefix("/") { return folder + "/lethe/audit.sqlite" }
        guard let home = variable("HOME") else {
            throw AuditError(
                .noLocation, "no audit database is named and there is no home folder",
                remedy: "Give its path with --database or LETHE_AUDIT_DB")
        }
        return home + "/.local/state/lethe/audit.sqlite"
    }
}
