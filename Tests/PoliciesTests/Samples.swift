import Diagnostics
import Foundation
import Moderation
import Policies
import Testing

/// Policies that tests make.
enum Sample {
    /// The repository's root.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The shipped policy.
    static func shipped() throws -> [UInt8] {
        try [UInt8](Data(contentsOf: root.appendingPathComponent("policies/default.yaml")))
    }

    /// A policy with these lines under its only rule, which is a pattern rule.
    static func pattern(_ lines: String...) -> String {
        """
        name: sample
        version: "1"
        rules:
          - id: words
            type: pattern
            action: flag

        """ + lines.map { "    \($0)\n" }.joined()
    }

    /// A policy with these lines under its only rule, which is a forget_filter rule.
    static func forgetFilter(_ lines: String...) -> String {
        """
        name: sample
        version: "1"
        reference: { path: safe.jsonl }
        control: { path: control.jsonl }
        rules:
          - id: forgetting
            type: forget_filter
            action: quarantine

        """ + lines.map { "    \($0)\n" }.joined()
    }

    /// Loads a policy of this text.
    static func load(_ text: String, path: String = "policy.yaml") throws(PolicyErrors) -> Policy {
        try PolicyLoader.load(Array(text.utf8), path: path)
    }

    /// The faults of a policy; none if it loads.
    static func faults(_ text: String) -> [PolicyError] {
        do {
            _ = try load(text)
            return []
        } catch {
            return error.errors
        }
    }

    /// What a policy finds in one conversation.
    static func findings(_ policy: Policy, _ turns: [(Role, String)]) throws -> [Finding] {
        let example = Example(
            line: 7, byteRange: 10..<90, turns: turns.map { Turn(role: $0.0, text: $0.1) })
        return try #require(policy.matcher).findings(for: example)
    }
}
