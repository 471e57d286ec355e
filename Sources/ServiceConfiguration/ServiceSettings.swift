/// What the operator of the daemon chooses: `lethe.yaml`.
package struct ServiceSettings: Sendable, Hashable {
    /// The file it was read from.
    package var path: String

    /// SHA-256 of the file, lower-case hexadecimal.
    package var sha256: String

    /// The folder that holds inbox, claims, vault, quarantine and audit database, all on one filesystem.
    package var stateFolder = "/var/lib/lethe"

    /// The Unix socket of the control API.
    package var socketPath = "/run/lethe/lethe.sock"

    /// The language model; where models lie by default without it.
    package var modelPath: String?

    /// The inbox's rules.
    package var inbox = InboxSettings()

    /// Which policy judges which customer: the first glob that matches a customer's name decides.
    package var policies: [PolicyAssignment] = []

    /// Whether policy files are watched and loaded when they change.
    package var watchesPolicies = false

    /// How datasets are judged.
    package var scoring = ScoringSettings()

    /// What is kept, and how long.
    package var retention = RetentionSettings()

    /// The audit log's signatures.
    package var audit = AuditSettings()

    /// Who is told of verdicts.
    package var webhooks: [WebhookSettings] = []

    /// How datasets are fetched, and what one-off requests may fetch.
    package var fetch = FetchSettings()

    /// Where datasets come from again and again.
    package var sources: [SourceSettings] = []

    /// Users, by name or number, that may change state over the socket; everybody who may connect if it is empty.
    package var operators: [String] = []

    /// Creates the default settings of a file.
    package init(path: String, sha256: String) {
        self.path = path
        self.sha256 = sha256
    }
}

/// The inbox's rules.
package struct InboxSettings: Sendable, Hashable {
    /// Seconds between two looks at the whole inbox.
    package var rescanSeconds = 300

    /// How long a file must have been left alone where nothing else tells that its writer has finished.
    package var settleSeconds = 5.0

    /// The largest file that is taken, in bytes.
    package var maximumBytes = 4 << 30

    /// Free bytes below which nothing is judged.
    package var minimumFreeBytes = 256 << 20
}

/// Which policy judges which customers.
package struct PolicyAssignment: Sendable, Hashable {
    /// A shell pattern over customers' names, as fnmatch(3) reads it.
    package var customers: String

    /// The policy's path.
    package var policyPath: String
}

/// How datasets are judged.
package struct ScoringSettings: Sendable, Hashable {
    /// Threads of one judgement; the machine's processors without it.
    package var threads: Int?

    /// Datasets that are judged at the same time.
    package var datasetsAtOnce = 1

    /// Seconds of training after which the adapter is saved.
    package var checkpointSeconds = 60.0

    /// Seconds until a dataset that could not be judged is tried again; doubled at each further failure.
    package var retrySeconds = 30.0

    /// The longest wait between two tries, in seconds.
    package var maximumRetrySeconds = 3600.0
}

/// What is kept, and how long.
package struct RetentionSettings: Sendable, Hashable {
    /// When the customer's own file is kept after the verdict.
    package enum Originals: String, Sendable, CaseIterable {
        /// Always, as long as the ages below allow.
        case always

        /// Where the verdict cleared nothing, so that it can be judged again.
        case uncleared

        /// Never: what the vault and the quarantine hold is all there is.
        case never
    }

    /// When originals are kept.
    package var originals = Originals.always

    /// Days that originals are kept; for ever without it.
    package var originalDays: Int?

    /// Days that quarantined rows are kept after their last decision; for ever without it.
    package var quarantineDays: Int?

    /// Days that cleared datasets are kept; for ever without it.
    package var clearedDays: Int?

    /// Bytes that originals may take together; the oldest go first.
    package var originalBytes: Int?
}

/// The audit log's signatures.
package struct AuditSettings: Sendable, Hashable {
    /// The Ed25519 key that signs checkpoints and manifests; the service's credential, else none, without it.
    package var keyPath: String?

    /// Whether a missing key is made at the first start.
    package var createsKey = false

    /// Records after which a checkpoint is signed, at the latest.
    package var checkpointRecords = 1000
}

/// A receiver of verdicts.
package struct WebhookSettings: Sendable, Hashable {
    /// Its name in records and files.
    package var id: String

    /// Where messages are posted.
    package var url: String

    /// A shell pattern over customers' names.
    package var customers = "*"

    /// The file that holds the secret of the signature; no signature without it.
    package var secretPath: String?

    /// The systemd credential of lethe-fetch that holds the secret instead.
    package var secretCredential: String?

    /// The file that holds the secret; `nil` without one.
    package func secret(_ environment: [String: String]) -> String? {
        guard let secretCredential else { return secretPath }
        return (environment["CREDENTIALS_DIRECTORY"] ?? "/run/credentials") + "/" + secretCredential
    }

    /// Certificate authorities to trust instead of the system's.
    package var certificateAuthorityPath: String?

    /// Whether a URL without TLS is allowed.
    package var allowsPlainHTTP = false
}
