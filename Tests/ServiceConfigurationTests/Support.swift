import Foundation
import Policies
import ServiceConfiguration
import TestSupport

/// A configuration in a folder of its own.
struct Bench {
    let folder: TemporaryFolder

    /// The least that a configuration must say.
    static let assignment = "policies: [ { customers: \"*\", policy: policy.yaml } ]"

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Loads a configuration of these lines.
    func load(_ lines: String...) throws(PolicyErrors) -> ServiceSettings {
        let path: String
        do {
            path = try folder.write(lines.joined(separator: "\n"), to: "lethe.yaml")
        } catch {
            throw PolicyErrors(errors: [])
        }
        return try ServiceConfigurationLoader.load(path)
    }

    /// The faults of a configuration; none if it loads.
    func faults(_ lines: String...) -> [PolicyError] {
        do {
            _ = try ServiceConfigurationLoader.load(
                folder.write(lines.joined(separator: "\n"), to: "lethe.yaml"))
            return []
        } catch {
            return (error as? PolicyErrors)?.errors ?? []
        }
    }

    /// Writes a policy that quarantines a word.
    func policy(_ name: String, word: String = "forbidden") throws {
        try folder.write(
            """
            name: \(name)
            version: "1"
            rules:
              - { id: words, type: pattern, action: quarantine, patterns: [ { word: \(word) } ] }
            """, to: name + ".yaml")
    }
}
