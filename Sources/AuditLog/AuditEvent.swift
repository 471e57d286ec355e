/// What an audit record tells of: a closed set.
package enum AuditEvent: String, Sendable, Hashable, CaseIterable {
    /// The daemon saw a dataset and gave it its id.
    case datasetReceived = "dataset.received"

    /// The dataset's file was taken out of the inbox and hashed.
    case datasetClaimed = "dataset.claimed"

    /// The dataset was read.
    case datasetParsed = "dataset.parsed"

    /// Every rule has looked at the dataset.
    case datasetScored = "dataset.scored"

    /// A dataset got its verdict.
    case datasetJudged = "dataset.judged"

    /// A dataset could not be judged for now; this is no verdict.
    case datasetDeferred = "dataset.deferred"

    /// Somebody stopped a dataset's judgement for good.
    case datasetCancelled = "dataset.cancelled"

    /// Somebody had a dataset judged again.
    case datasetReopened = "dataset.reopened"

    /// A dataset's file left the inbox before it could be claimed.
    case datasetWithdrawn = "dataset.withdrawn"

    /// What was kept of a dataset was removed because it was older or larger than the configuration allows.
    case datasetPurged = "dataset.purged"

    /// A dataset came over the network: from which source and host.
    case datasetFetched = "dataset.fetched"

    /// A dataset that a source or a request names was given up and not fetched.
    case fetchFailed = "fetch.failed"

    /// A file of the inbox was refused and left where it is.
    case fileRefused = "file.refused"

    /// An example, or a line that could not be read as one, got its disposition.
    case exampleDecided = "example.decided"

    /// A moderator let a quarantined example pass.
    case exampleReleased = "example.released"

    /// A moderator found the removal of an example right.
    case exampleConfirmed = "example.confirmed"

    /// A moderator took a release or confirmation back.
    case exampleRestored = "example.restored"

    /// The daemon began to use a policy.
    case policyLoaded = "policy.loaded"

    /// A policy or configuration was refused; the one before stays in use.
    case policyRefused = "policy.refused"

    /// The daemon is ready.
    case daemonStarted = "daemon.started"

    /// The daemon stops on request.
    case daemonStopped = "daemon.stopped"

    /// A webhook's receiver took a message.
    case webhookDelivered = "webhook.delivered"

    /// A webhook's message was given up.
    case webhookFailed = "webhook.failed"

    /// A signing key was made.
    case keyCreated = "key.created"

    /// A signing key took the place of another.
    case keyRotated = "key.rotated"
}

/// A record before it has a place in the chain.
package struct AuditEntry: Sendable {
    /// What happened.
    package var event: AuditEvent

    /// What it happened to: a dataset's id or name, `id:line` for an example, else a name of the daemon's own.
    package var subject: String

    /// SHA-256 of the dataset, once it is known.
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
    package var line: Int?

    /// Everything about the event.
    package var body: CanonicalJSON

    /// Creates an entry.
    package init(
        event: AuditEvent, subject: String, dataset: String? = nil, customer: String? = nil, rule: String? = nil,
        verdict: String? = nil, disposition: String? = nil, line: Int? = nil, body: CanonicalJSON = .object([:])
    ) {
        self.event = event
        self.subject = subject
        self.dataset = dataset
        self.customer = customer
        self.rule = rule
        self.verdict = verdict
        self.disposition = disposition
        self.line = line
        self.body = body
    }
}
