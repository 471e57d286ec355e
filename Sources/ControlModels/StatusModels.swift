/// What `GET /v1/status` answers.
package struct StatusReport: Sendable, Codable, Equatable {
    /// A dataset that is being judged.
    package struct Running: Sendable, Codable, Equatable {
        package var dataset: String
        package var customer: String
        package var stage: String
        package var done: Int
        package var total: Int
        package var seconds: Double
        package var secondsLeft: Double?

        /// Creates a description.
        package init(
            dataset: String, customer: String, stage: String, done: Int, total: Int, seconds: Double,
            secondsLeft: Double?
        ) {
            self.dataset = dataset
            self.customer = customer
            self.stage = stage
            self.done = done
            self.total = total
            self.seconds = seconds
            self.secondsLeft = secondsLeft
        }
    }

    /// A policy in force.
    package struct LoadedPolicy: Sendable, Codable, Equatable {
        package var customers: String
        package var name: String
        package var version: String
        package var sha256: String
        package var path: String
        package var mode: String

        /// Creates a description.
        package init(customers: String, name: String, version: String, sha256: String, path: String, mode: String) {
            self.customers = customers
            self.name = name
            self.version = version
            self.sha256 = sha256
            self.path = path
            self.mode = mode
        }
    }

    /// A transfer of a dataset, or a source that datasets come from.
    package struct Fetch: Sendable, Codable, Equatable {
        package var id: String
        package var source: String?
        package var customer: String
        package var host: String
        /// `waiting`, `fetching`, `fetched` or `failed`; of a source also `idle`.
        package var state: String
        package var bytes: Int
        package var total: Int?
        /// Tries that have failed.
        package var attempts: Int
        /// When the next try or look is due.
        package var next: String?
        /// Why the latest try failed: a code.
        package var error: String?

        /// Creates a description.
        package init(
            id: String, source: String?, customer: String, host: String, state: String, bytes: Int, total: Int?,
            attempts: Int, next: String?, error: String?
        ) {
            self.id = id
            self.source = source
            self.customer = customer
            self.host = host
            self.state = state
            self.bytes = bytes
            self.total = total
            self.attempts = attempts
            self.next = next
            self.error = error
        }
    }

    package var version: String
    package var pid: Int
    package var started: String
    /// What is wrong with a part, by part; empty where all is well.
    package var problems: [String: String]
    package var running: [Running]
    /// Datasets in each state.
    package var states: [String: Int]
    package var openCases: Int
    package var policies: [LoadedPolicy]
    /// Why the latest reload was refused.
    package var refusedReload: String?
    package var model: String?
    package var stateFolder: String
    package var freeBytes: Int
    package var auditSequence: Int64
    package var signingKey: String?
    /// What is fetched, and where datasets come from.
    package var fetches: [Fetch]

    /// Creates a report.
    package init(
        version: String, pid: Int, started: String, problems: [String: String], running: [Running],
        states: [String: Int], openCases: Int, policies: [LoadedPolicy], refusedReload: String?, model: String?,
        stateFolder: String, freeBytes: Int, auditSequence: Int64, signingKey: String?,
        fetches: [Fetch]
    ) {
        self.version = version
        self.pid = pid
        self.started = started
        self.problems = problems
        self.running = running
        self.states = states
        self.openCases = openCases
        self.policies = policies
        self.refusedReload = refusedReload
        self.model = model
        self.stateFolder = stateFolder
        self.freeBytes = freeBytes
        self.auditSequence = auditSequence
        self.signingKey = signingKey
        self.fetches = fetches
    }
}

/// What `GET /healthz` answers.
package struct HealthReport: Sendable, Codable, Equatable {
    /// `ok`, or `failing` with status 503.
    package var status: String
    package var problems: [String: String]

    /// Creates a report.
    package init(problems: [String: String]) {
        status = problems.isEmpty ? "ok" : "failing"
        self.problems = problems
    }
}

/// An error of the control API.
package struct ErrorReport: Sendable, Codable, Equatable {
    package var code: String
    package var message: String
    package var remedy: String?

    /// Creates a report.
    package init(code: String, message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}
