/// A dataset as the control API tells it.
package struct DatasetSummary: Sendable, Codable, Equatable {
    package var id: String
    package var customer: String
    package var name: String
    package var state: String
    package var verdict: String?
    package var reason: String?
    package var received: String
    package var changed: String
    package var sha256: String?
    package var bytes: Int?
    package var policy: String?
    package var attempts: Int
    package var retryAt: String?
    /// Its place in the queue, from 1, where it waits.
    package var position: Int?

    /// Creates a summary.
    package init(
        id: String, customer: String, name: String, state: String, verdict: String?, reason: String?,
        received: String, changed: String, sha256: String?, bytes: Int?, policy: String?, attempts: Int,
        retryAt: String?, position: Int?
    ) {
        self.id = id
        self.customer = customer
        self.name = name
        self.state = state
        self.verdict = verdict
        self.reason = reason
        self.received = received
        self.changed = changed
        self.sha256 = sha256
        self.bytes = bytes
        self.policy = policy
        self.attempts = attempts
        self.retryAt = retryAt
        self.position = position
    }
}

/// Datasets as the control API lists them.
package struct DatasetList: Sendable, Codable, Equatable {
    package var datasets: [DatasetSummary]

    /// Creates a list.
    package init(datasets: [DatasetSummary]) {
        self.datasets = datasets
    }
}

/// A quarantined row as the control API tells it.
package struct CaseSummary: Sendable, Codable, Equatable {
    package var dataset: String
    package var customer: String
    package var line: Int
    package var rule: String
    package var state: String
    package var actor: String?
    package var reason: String?
    package var changed: String

    /// Creates a summary.
    package init(
        dataset: String, customer: String, line: Int, rule: String, state: String, actor: String?, reason: String?,
        changed: String
    ) {
        self.dataset = dataset
        self.customer = customer
        self.line = line
        self.rule = rule
        self.state = state
        self.actor = actor
        self.reason = reason
        self.changed = changed
    }
}

/// Quarantined rows as the control API lists them.
package struct CaseList: Sendable, Codable, Equatable {
    package var cases: [CaseSummary]

    /// Creates a list.
    package init(cases: [CaseSummary]) {
        self.cases = cases
    }
}

/// One quarantined row, with what it says: for a moderator's eyes.
package struct CaseDetail: Sendable, Codable, Equatable {
    /// A finding on the row.
    package struct Finding: Sendable, Codable, Equatable {
        package var rule: String
        package var action: String
        package var score: Double?
        package var threshold: Double?
        package var detail: String

        /// Creates a finding.
        package init(rule: String, action: String, score: Double?, threshold: Double?, detail: String) {
            self.rule = rule
            self.action = action
            self.score = score
            self.threshold = threshold
            self.detail = detail
        }
    }

    package var summary: CaseSummary
    package var findings: [Finding]
    /// The row as it came, where it is UTF-8.
    package var row: String?
    /// The row's bytes in base64, where it is not.
    package var rowBase64: String?
    package var isCut: Bool

    /// Creates a detail.
    package init(summary: CaseSummary, findings: [Finding], row: String?, rowBase64: String?, isCut: Bool) {
        self.summary = summary
        self.findings = findings
        self.row = row
        self.rowBase64 = rowBase64
        self.isCut = isCut
    }
}

/// What a request that changes state says.
package struct ChangeRequest: Sendable, Codable, Equatable {
    /// Why.
    package var reason: String?

    /// The rows that a moderator decides on; for quarantine requests.
    package var lines: [Int]?

    /// Creates a request.
    package init(reason: String? = nil, lines: [Int]? = nil) {
        self.reason = reason
        self.lines = lines
    }
}

/// What a reload gave.
package struct ReloadReport: Sendable, Codable, Equatable {
    package var policies: [StatusReport.LoadedPolicy]
    /// Settings that changed in the file and take effect at the next start only.
    package var needRestart: [String]

    /// Creates a report.
    package init(policies: [StatusReport.LoadedPolicy], needRestart: [String]) {
        self.policies = policies
        self.needRestart = needRestart
    }
}
