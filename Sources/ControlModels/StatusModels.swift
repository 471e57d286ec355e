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

    /// Creates a report.
    package init(
        version: String, pid: Int, started: String, problems: [String: String], running: [Running],
        states: [String: Int], openCases: Int, policies: [LoadedPolicy], refusedReload: String?, model: String?,
        stateFolder: String, freeBytes: Int, auditSequence: Int64, signingKey: String?
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
