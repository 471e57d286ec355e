/// What datasets are fetched, and what one-off requests may fetch.
package struct FetchSettings: Sendable, Hashable {
    /// The largest file, in bytes.
    package var maximumBytes = 4 << 30

    /// The most seconds that one try may take.
    package var timeoutSeconds = 3600.0

    /// How many seconds a transfer may stand still.
    package var stallSeconds = 60.0

    /// The most bytes in a second; no limit without it.
    package var bytesPerSecond: Int?

    /// Transfers at the same time.
    package var atOnce = 2

    /// The most that the first delay before another try may be, in seconds; doubled at each further failure.
    package var retrySeconds = 5.0

    /// The longest delay before another try, in seconds.
    package var maximumRetrySeconds = 3600.0

    /// How long after its first try a transfer is given up, in seconds.
    package var giveUpSeconds = 86_400.0

    /// Hosts that one-off requests may name: shell patterns.
    package var submitHosts = ["*"]

    /// Hosts that one-off requests may be redirected to besides their own: shell patterns.
    package var redirectHosts: [String] = []

    /// Hosts that may have an address of this machine or of the local network, for one-off requests.
    package var privateHosts: [String] = []

    /// Folders that `file` URLs of one-off requests may read from.
    package var fileFolders: [String] = []

    /// Creates the usual settings.
    package init() {}
}

/// A file or a folder of a store that datasets come from again and again.
package struct SourceSettings: Sendable, Hashable {
    /// An S3-compatible store's folder.
    package struct Store: Sendable, Hashable {
        /// The store's URL.
        package var endpoint: String

        /// The region that requests are signed for.
        package var region = "us-east-1"

        /// The bucket.
        package var bucket: String

        /// What the keys of datasets begin with.
        package var prefix = ""

        /// The name of the key that signs; no signature without it.
        package var accessKey: SecretSettings?

        /// The secret of that key.
        package var secretKey: SecretSettings?

        /// Creates the usual settings of a bucket.
        package init(endpoint: String, bucket: String) {
            self.endpoint = endpoint
            self.bucket = bucket
        }
    }

    /// Its name in records and files.
    package var id: String

    /// Whose datasets they are.
    package var customer: String

    /// The URL of the one file; `nil` for a store.
    package var url: String?

    /// The store; `nil` for one file.
    package var store: Store?

    /// Seconds between two looks.
    package var intervalSeconds = 3600.0

    /// Header fields to send, by name.
    package var headers: [String: String] = [:]

    /// A token to send as `Authorization: Bearer`.
    package var token: SecretSettings?

    /// What the file must hold, in lower-case hexadecimal.
    package var sha256: String?

    /// What names of datasets end in if the URL does not say.
    package var format: String?

    /// The largest file, in bytes; that of `fetch` without it.
    package var maximumBytes: Int?

    /// The most seconds of one try; that of `fetch` without it.
    package var timeoutSeconds: Double?

    /// The most bytes in a second; that of `fetch` without it.
    package var bytesPerSecond: Int?

    /// Hosts that may be redirected to besides the URL's own: shell patterns.
    package var redirectHosts: [String] = []

    /// Hosts that may have an address of this machine or of the local network.
    package var privateHosts: [String] = []

    /// Folders that a `file` URL may read from.
    package var fileFolders: [String] = []

    /// Certificate authorities to trust instead of the system's.
    package var certificateAuthorityPath: String?

    /// Creates the usual settings of a source.
    package init(id: String, customer: String) {
        self.id = id
        self.customer = customer
    }
}

/// Where a secret of lethe-fetch lies.
package enum SecretSettings: Sendable, Hashable {
    /// In a file.
    case file(String)

    /// In a systemd credential of the service.
    case credential(String)

    /// The file that holds it.
    package func path(_ environment: [String: String]) -> String {
        switch self {
        case .file(let path): path
        case .credential(let name): (environment["CREDENTIALS_DIRECTORY"] ?? "/run/credentials") + "/" + name
        }
    }
}
