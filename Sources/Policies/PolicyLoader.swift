import Diagnostics
import ForgetFilter
package import Foundation
import Moderation
import Storage

/// Reads policy files.
package enum PolicyLoader {
    /// Reads, checks and compiles a policy, with the rule files that it includes.
    ///
    /// - Parameter clock: tells whether an allowance still holds, whenever one would apply.
    /// - Throws: `PolicyErrors` with every fault that was found.
    package static func load(
        _ path: String, clock: @escaping @Sendable () -> Date = { Date() }
    ) throws(PolicyErrors) -> Policy {
        var (policy, digest) = try YAMLDocument.read(
            path: path, into: Policy(name: "", version: "", path: path, sha256: "", clock: clock), read)
        policy.sha256 = policy.digest(ofPolicy: digest)
        return policy
    }

    /// Checks and compiles a policy whose bytes are in memory; rule files are read from beside `path`.
    package static func load(
        _ bytes: [UInt8], path: String, clock: @escaping @Sendable () -> Date = { Date() }
    ) throws(PolicyErrors) -> Policy {
        var policy = try YAMLDocument.read(
            bytes, path: path, into: Policy(name: "", version: "", path: path, sha256: "", clock: clock), read)
        policy.sha256 = policy.digest(ofPolicy: Storage.sha256(of: bytes))
        return policy
    }

    private static func read(_ root: YAMLNode, _ policy: inout Policy, _ reader: inout YAMLReader) {
        let values = reader.mapping(root, PolicyKey.policy)
        if let node = values["name"] { policy.name = reader.string(node) ?? "" }
        if let node = values["version"] { policy.version = reader.string(node) ?? "" }
        if let node = values["description"] { _ = reader.string(node) }
        if let node = values["reference"] { policy.referencePath = setPath(node, policy.path, &reader) }
        if let node = values["control"] { policy.controlPath = setPath(node, policy.path, &reader) }
        if let node = values["seeds"] { policy.seedsPath = setPath(node, policy.path, &reader) }
        if let node = values["mode"] { policy.mode = reader.choice(node, of: Policy.Mode.self) ?? .enforce }
        if let node = values["dataset"] { readDataset(node, into: &policy.dataset, &reader) }
        if let node = values["rules"] { readRules(node, into: &policy, &reader) }
        if let rule = policy.forgetFilter, values["reference"] == nil {
            reader.report(
                .missingKey, "the rule `\(rule.id)` needs `reference: { path: … }`, the safe rows to forget towards",
                at: root)
        }
        if let rule = policy.forgetFilter, rule.settings.readsControl, values["control"] == nil {
            reader.report(
                .missingKey, "the rule `\(rule.id)` needs `control: { path: … }`, ordinary rows to compare with",
                remedy: "Name a control set, or set `method: forgetting` and `control_subtraction: false`", at: root)
        }
    }

    /// A set's path; a relative one starts at the policy's own folder.
    private static func setPath(_ node: YAMLNode, _ policyPath: String, _ reader: inout YAMLReader) -> String? {
        let values = reader.mapping(node, PolicyKey.set)
        guard let node = values["path"], let path = reader.string(node) else { return nil }
        return beside(policyPath, path)
    }

    /// A path that a policy names; a relative one starts at the policy's own folder.
    static func beside(_ policyPath: String, _ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let slash = policyPath.lastIndex(of: "/") else { return path }
        return policyPath[...slash] + path
    }
}
