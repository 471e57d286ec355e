package import Moderation

/// What became of one example or malformed line: the body of an `example.decided` record.
package struct ExampleDecided: Sendable, Hashable {
    /// One-based line of the dataset.
    package var line: Int

    /// The row's bytes in the dataset.
    package var byteRange: Range<Int>

    /// What became of it.
    package var disposition: Disposition

    /// The row's score, of the deciding finding or, for a row without one, of the rule that let it pass.
    package var score: Double?

    /// The threshold that the score was held against.
    package var threshold: Double?

    /// Every finding about the row.
    package var findings: [Finding]

    /// Creates a decision.
    ///
    /// - Parameters:
    ///   - line: One-based line of the dataset.
    ///   - byteRange: The row's bytes in the dataset.
    ///   - disposition: What became of it.
    ///   - findings: Every finding about the row, in the policy's order.
    ///   - score: The row's score, used where the deciding finding has none.
    ///   - threshold: The threshold of `score`.
    package init(
        line: Int, byteRange: Range<Int>, disposition: Disposition, findings: [Finding] = [], score: Double? = nil,
        threshold: Double? = nil
    ) {
        self.line = line
        self.byteRange = byteRange
        self.disposition = disposition
        self.findings = findings
        let deciding = Self.deciding(findings)
        if let decidingScore = deciding?.score {
            self.score = decidingScore
            self.threshold = deciding?.threshold
        } else {
            self.score = score
            self.threshold = threshold
        }
    }

    /// The finding that decided: the first that quarantines, else the first.
    ///
    /// Its rule is the one that queries find the record by.
    package var deciding: Finding? { Self.deciding(findings) }

    private static func deciding(_ findings: [Finding]) -> Finding? {
        findings.first { $0.action == .quarantine } ?? findings.first
    }

    /// The record's body; the hashes of policy and model stand in each, so that a record can be read alone.
    package func body(of dataset: DatasetJudged) -> CanonicalJSON {
        var members: [String: CanonicalJSON] = [
            "byte_end": .integer(byteRange.upperBound),
            "byte_start": .integer(byteRange.lowerBound),
            "dataset": .string(dataset.sha256),
            "disposition": .string(disposition.rawValue),
            "line": .integer(line),
            "policy": .string(dataset.policy.sha256),
        ]
        members["action"] = (deciding?.action.rawValue).map(CanonicalJSON.string)
        members["customer"] = dataset.customer.map(CanonicalJSON.string)
        members["findings"] = findings.isEmpty ? nil : .array(findings.map(\.json))
        members["model"] = (dataset.model?.sha256).map(CanonicalJSON.string)
        members["rule"] = (deciding?.rule).map(CanonicalJSON.string)
        members["score"] = score.map(CanonicalJSON.number)
        members["threshold"] = threshold.map(CanonicalJSON.number)
        return .object(members)
    }

    func entry(in dataset: DatasetJudged) throws(AuditError) -> AuditEntry {
        guard line >= 1 else { throw AuditError(.invalidRecord, "a decision's line is below 1") }
        return AuditEntry(
            event: .exampleDecided, subject: "\(dataset.subject):\(line)", dataset: dataset.sha256,
            customer: dataset.customer, rule: deciding?.rule, disposition: disposition.rawValue, line: line,
            body: body(of: dataset))
    }
}

extension Finding {
    fileprivate var json: CanonicalJSON {
        var members: [String: CanonicalJSON] = [
            "action": .string(action.rawValue), "detail": .string(detail), "rule": .string(rule),
        ]
        members["score"] = score.map(CanonicalJSON.number)
        members["threshold"] = threshold.map(CanonicalJSON.number)
        if let byteRange {
            members["byte_start"] = .integer(byteRange.lowerBound)
            members["byte_end"] = .integer(byteRange.upperBound)
        }
        return .object(members)
    }
}

/// Everything that is recorded about one dataset, in one transaction.
package struct DatasetJudgement: Sendable, Hashable {
    /// The verdict; its record comes last, so that its hash covers every decision.
    package var dataset: DatasetJudged

    /// The decisions, in the dataset's order.
    package var examples: [ExampleDecided]

    /// Creates a judgement.
    package init(dataset: DatasetJudged, examples: [ExampleDecided]) {
        self.dataset = dataset
        self.examples = examples
    }
}
