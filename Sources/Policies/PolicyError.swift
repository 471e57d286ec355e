package import Diagnostics

/// One fault of a policy or configuration file.
package struct PolicyError: DiagnosedError, Hashable {
    /// The closed set of faults.
    package enum Code: String, Sendable {
        case notFound = "policy-not-found"
        case configurationNotFound = "configuration-not-found"
        case unreadable = "policy-unreadable"
        case syntax
        case unsupportedYAML = "unsupported-yaml"
        case unknownKey = "unknown-key"
        case duplicateKey = "duplicate-key"
        case missingKey = "missing-key"
        case wrongType = "wrong-type"
        case outOfRange = "out-of-range"
        case duplicateRule = "duplicate-rule"
        case invalidPattern = "invalid-pattern"
        case invalidRuleFile = "invalid-rule-file"
        case failedTest = "failed-test"
        case scanFailed = "scan-failed"
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?

    /// The line of the policy that the fault is in.
    package var excerpt: String?

    /// Creates a fault.
    package init(
        _ code: Code, _ message: String, remedy: String? = nil, location: SourceLocation? = nil, excerpt: String? = nil
    ) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.location = location
        self.excerpt = excerpt
    }

    /// The fault with the line that it is in and a caret under the place.
    package var annotated: String {
        guard let excerpt, let column = location?.column else { return description }
        return "\(description)\n    \(excerpt)\n    \(String(repeating: " ", count: max(0, column - 1)))^"
    }
}

/// All faults that were found in a policy or configuration file, in order of their lines.
package struct PolicyErrors: Error, CustomStringConvertible, Sendable {
    /// At least one.
    package var errors: [PolicyError]

    /// Creates a report of at least one fault.
    package init(errors: [PolicyError]) {
        self.errors = errors
    }

    package var description: String { errors.map(\.annotated).joined(separator: "\n") }
}
