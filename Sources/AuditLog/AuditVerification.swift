/// What a check of the whole chain found.
package struct AuditVerification: Sendable, Hashable {
    /// What is wrong with the first bad record.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The record's fields do not give its hash: it was changed.
        case hashMismatch = "hash-mismatch"

        /// The record is not chained to the one before it: records were exchanged, inserted or rewritten.
        case brokenLink = "broken-link"

        /// The record is missing, and later ones are there.
        case gap

        /// A value of the record is of the wrong type, or the database's structure is not as Lethe made it.
        case schema

        /// The last records are missing: a known record lies behind the end.
        case truncated

        /// The record is not the one that is known from the head file or from `--expect`.
        case headMismatch = "head-mismatch"
    }

    /// The first bad record, and why.
    package struct Failure: Sendable, Hashable {
        /// The record's number; `nil` where it is about the database as a whole.
        package var sequence: Int64?

        /// What is wrong with it.
        package var reason: Reason

        /// What was found, as a sentence without a full stop.
        package var detail: String
    }

    /// The random id of the ledger, which its first record is chained to.
    package var instance: String

    /// How many records were found intact, from the first on.
    package var intactCount: Int64

    /// The last intact record; keep it elsewhere and give it to a later check.
    package var head: AuditAnchor?

    /// Whether a head file lies beside the database; without it the removal of the last records cannot be seen.
    package var hasHeadFile: Bool

    /// The first bad record; `nil` if all is intact.
    package var failure: Failure?
}
