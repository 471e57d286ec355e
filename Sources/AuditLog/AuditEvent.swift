/// What an audit record tells of: a closed set.
package enum AuditEvent: String, Sendable, Hashable, CaseIterable {
    /// A dataset got its verdict.
    case datasetJudged = "dataset.judged"

    /// An example, or a line that could not be read as one, got its disposition.
    case exampleDecided = "example.decided"
}

/// A record before it has a place in the chain.
struct PendingRecord {
    var event: AuditEvent
    var subject: String
    var dataset: String
    var customer: String?
    var rule: String?
    var verdict: String?
    var disposition: String?
    var line: Int?
    var body: CanonicalJSON
}
