/// A record as it stands in the database.
///
/// Event, verdict and disposition are texts here, so that a record that someone altered can still be shown.
package struct AuditRecord: Sendable, Hashable {
    /// The record's number, from 1 without a gap.
    package var sequence: Int64

    /// When it was recorded: ISO 8601, UTC, with microseconds.
    package var time: String

    /// Who acted.
    package var actor: String

    /// What happened: one of ``AuditEvent``.
    package var event: String

    /// What it happened to: a dataset's name, with the line for an example.
    package var subject: String

    /// SHA-256 of the dataset.
    package var dataset: String?

    /// Whose dataset it is.
    package var customer: String?

    /// The rule that decided.
    package var rule: String?

    /// The verdict on the dataset.
    package var verdict: String?

    /// What became of the example.
    package var disposition: String?

    /// The example's line.
    package var line: Int64?

    /// Everything about the event as canonical JSON.
    package var body: String

    /// The hash of the record before, 64 lower-case hexadecimal digits.
    package var previousHash: String

    /// This record's hash, 64 lower-case hexadecimal digits.
    package var hash: String

    /// Creates a record.
    package init(
        sequence: Int64, time: String, actor: String, event: String, subject: String, dataset: String?,
        customer: String?, rule: String?, verdict: String?, disposition: String?, line: Int64?, body: String,
        previousHash: String, hash: String
    ) {
        self.sequence = sequence
        self.time = time
        self.actor = actor
        self.event = event
        self.subject = subject
        self.dataset = dataset
        self.customer = customer
        self.rule = rule
        self.verdict = verdict
        self.disposition = disposition
        self.line = line
        self.body = body
        self.previousHash = previousHash
        self.hash = hash
    }
}
