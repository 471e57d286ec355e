package import Moderation

/// The verdict on a dataset and everything that it rests on: the body of a `dataset.judged` record.
package struct DatasetJudged: Sendable, Hashable {
    /// How many rows of the dataset became what.
    package struct Counts: Sendable, Hashable {
        /// Rows and lines that were decided.
        package var rows: Int

        /// Rows that may be learnt.
        package var accepted: Int

        /// Rows that were removed, malformed lines with them.
        package var quarantined: Int

        /// Accepted rows that a rule flagged.
        package var flagged: Int

        /// Lines that could not be read as a row.
        package var malformed: Int

        /// Creates counts.
        package init(rows: Int, accepted: Int, quarantined: Int, flagged: Int = 0, malformed: Int = 0) {
            self.rows = rows
            self.accepted = accepted
            self.quarantined = quarantined
            self.flagged = flagged
            self.malformed = malformed
        }
    }

    /// A file that the verdict rests on: the model or the policy.
    package struct Basis: Sendable, Hashable {
        /// Its name, and its version where it has one.
        package var name: String

        /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
        package var sha256: String

        /// Creates a basis.
        package init(name: String, sha256: String) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// The id that the daemon gave the dataset, if it came through the daemon.
    package var id: String?

    /// The dataset's name, without folders.
    package var name: String

    /// SHA-256 of the dataset's bytes, 64 lower-case hexadecimal digits.
    package var sha256: String

    /// Size of the dataset in bytes.
    package var byteCount: Int

    /// Whose dataset it is, if that is known.
    package var customer: String?

    /// The judgement.
    package var verdict: Verdict

    /// Why the dataset was rejected or deferred, in words that hold none of the customer's text.
    package var reason: String?

    /// How many rows became what.
    package var counts: Counts

    /// The model that scored; `nil` where no rule needed one.
    package var model: Basis?

    /// The policy that was applied.
    package var policy: Basis

    /// The seed of the run.
    package var seed: UInt64

    /// SHA-256 of the report, 64 lower-case hexadecimal digits, where one was written.
    package var reportSHA256: String?

    /// SHA-256 of the cleared output, 64 lower-case hexadecimal digits, where the verdict opens the gate.
    package var clearedSHA256: String?

    /// Rows of the cleared output.
    package var clearedRows: Int?

    /// Lines of the cleared output that a moderator had released before, from the same bytes.
    package var released: [Int] = []

    /// The id of the earlier dataset of the same bytes whose scores were used again.
    package var reusedFrom: String?

    /// The settings that, with model, policy and seed, decide the scores.
    package var settings: CanonicalJSON

    /// Creates a judgement.
    package init(
        name: String, sha256: String, byteCount: Int, customer: String? = nil, verdict: Verdict,
        reason: String? = nil, counts: Counts, model: Basis?, policy: Basis, seed: UInt64,
        reportSHA256: String? = nil, settings: CanonicalJSON = .object([:])
    ) {
        self.name = name
        self.sha256 = sha256
        self.byteCount = byteCount
        self.customer = customer
        self.verdict = verdict
        self.reason = reason
        self.counts = counts
        self.model = model
        self.policy = policy
        self.seed = seed
        self.reportSHA256 = reportSHA256
        self.settings = settings
    }

    /// What the record is about: the dataset's id, else its name.
    ///
    /// A file may be named like an id. Its name is then told from one, so that no judgement of a file can pass for that
    /// of a dataset which came through the daemon.
    var subject: String { id ?? (DatasetID(String(name.prefix(26))) == nil ? name : "./\(name)") }

    /// The record's body.
    package var body: CanonicalJSON {
        var members: [String: CanonicalJSON] = [
            "bytes": .integer(byteCount),
            "counts": .object([
                "accepted": .integer(counts.accepted), "flagged": .integer(counts.flagged),
                "malformed": .integer(counts.malformed), "quarantined": .integer(counts.quarantined),
                "rows": .integer(counts.rows),
            ]),
            "dataset": .string(sha256),
            "name": .string(name),
            "policy": policy.json,
            "seed": .integer(Int128(seed)),
            "settings": settings,
            "verdict": .string(verdict.rawValue),
        ]
        members["cleared"] = clearedSHA256.map(CanonicalJSON.string)
        members["cleared_rows"] = clearedRows.map { .integer($0) }
        members["released"] = released.isEmpty ? nil : .array(released.map { .integer($0) })
        members["id"] = id.map(CanonicalJSON.string)
        members["reused_from"] = reusedFrom.map(CanonicalJSON.string)
        members["customer"] = customer.map(CanonicalJSON.string)
        members["model"] = model?.json
        members["reason"] = reason.map(CanonicalJSON.string)
        members["report"] = reportSHA256.map(CanonicalJSON.string)
        return .object(members)
    }

    func entry() throws(AuditError) -> AuditEntry {
        for digest in [sha256, policy.sha256, model?.sha256, reportSHA256, clearedSHA256].compactMap(\.self)
        where !AuditAnchor.isDigest(digest) {
            throw AuditError(.invalidRecord, "a SHA-256 of the judgement is not 64 lower-case hexadecimal digits")
        }
        return AuditEntry(
            event: .datasetJudged, subject: subject, dataset: sha256, customer: customer, verdict: verdict.rawValue,
            body: body)
    }
}

extension DatasetJudged.Basis {
    fileprivate var json: CanonicalJSON { .object(["name": .string(name), "sha256": .string(sha256)]) }
}
