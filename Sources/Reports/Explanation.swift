package import ForgetFilter
package import Moderation

/// Why rows of a dataset were found, as a moderator needs it: from the report alone, with texts where they are asked for.
package struct Explanation: Sendable, Codable, Equatable {
    /// What is said in a row; customers' text, there only where it was asked for.
    package struct Passage: Sendable, Codable, Equatable {
        /// What the user said last before it.
        package var request: String?

        /// The part of the assistant's answer that speaks most against the row, or all of its answers where none does.
        package var answer: String

        /// Creates a passage.
        package init(request: String?, answer: String) {
            self.request = request
            self.answer = answer
        }
    }

    /// A reference row that is like a found one.
    package struct ReferenceRow: Sendable, Codable, Equatable {
        /// One-based line of the reference set.
        package var line: Int

        /// What it says, where that was asked for.
        package var text: Passage?
    }

    /// One row.
    package struct Row: Sendable, Codable, Equatable {
        /// One-based line of the dataset.
        package var line: Int

        /// What became of it.
        package var disposition: Disposition

        /// The evidence or the forgetting rate, where the row was scored.
        package var score: Double?

        /// What was found.
        package var findings: [ScanReport.RowFinding]

        /// The reference rows that are most like it, nearest first.
        package var nearestReference: [ReferenceRow]

        /// What it says, where that was asked for and could be read.
        package var text: Passage?

        /// The evidence of the rule that scored it, where the rule found it.
        package var evidence: Evidence? { findings.lazy.compactMap(\.evidence).first }
    }

    package var dataset: ScanReport.Input
    package var verdict: Verdict
    package var reason: String?
    package var counts: ScanReport.Counts
    package var policy: ScanReport.Basis
    package var policyVersion: String
    package var reference: ScanReport.Basis?

    /// The policy's method and its rates of error.
    package var method: ForgetFilterSettings.Method?
    package var threshold: Double?
    package var falseDiscoveryRate: Double?
    package var localFalseDiscoveryRate: Double?

    /// Canaries, coverage and the prevalence floor, where the heads judged.
    package var evidence: EvidenceSummary?
    package var rows: [Row]

    /// Explains rows of a report.
    ///
    /// - Parameters:
    ///   - lines: the rows, in this order; none stands for those with the most evidence.
    ///   - top: how many those are.
    /// - Returns: an explanation that leaves out lines which the report does not know.
    package init(_ report: ScanReport, lines: [Int], top: Int) {
        dataset = report.dataset
        verdict = report.verdict
        reason = report.reason
        counts = report.counts
        policy = report.policy
        policyVersion = report.policyVersion
        reference = report.reference
        method = report.settings?.method
        switch method {
        case .heads:
            falseDiscoveryRate = report.settings?.falseDiscoveryRate
            localFalseDiscoveryRate = report.settings?.localFalseDiscoveryRate
        case .forgetting: threshold = report.settings?.threshold
        case nil: break
        }
        evidence = report.evidence
        rows = (lines.isEmpty ? report.rowsByEvidence(top) : report.rows(atLines: lines)).map { row in
            Row(
                line: row.line, disposition: row.disposition, score: row.score, findings: row.findings,
                nearestReference: row.findings.lazy.compactMap(\.evidence).first?.nearestReferenceLines
                    .map { ReferenceRow(line: $0, text: nil) } ?? [],
                text: nil)
        }
    }
}

extension Explanation {
    /// Adds what rows say, by line; a row that is not among them stays without.
    package mutating func addTexts(_ turns: [Int: [Turn]]) {
        for index in rows.indices {
            rows[index].text = turns[rows[index].line].map { Passage($0, evidence: rows[index].evidence) }
        }
    }

    /// Adds what reference rows say, by line.
    package mutating func addReferenceTexts(_ turns: [Int: [Turn]]) {
        for row in rows.indices {
            for index in rows[row].nearestReference.indices {
                let line = rows[row].nearestReference[index].line
                rows[row].nearestReference[index].text = turns[line].map { Passage($0, evidence: nil) }
            }
        }
    }
}

extension ScanReport {
    /// The rows with the highest scores, then those that were found without one.
    package func rowsByEvidence(_ most: Int) -> [Row] {
        let sorted = rows.filter { $0.score != nil || !$0.findings.isEmpty }
            .sorted { ($0.score ?? -.infinity, $1.line) > ($1.score ?? -.infinity, $0.line) }
        return Array(sorted.prefix(most))
    }

    /// The rows at lines, in the lines' order, without lines that the report does not know.
    package func rows(atLines lines: [Int]) -> [Row] {
        let known = Dictionary(rows.map { ($0.line, $0) }, uniquingKeysWith: { first, _ in first })
        return lines.compactMap { known[$0] }
    }
}

extension Explanation.Passage {
    /// What a row says where its evidence points; all of the assistant's answers where there is none.
    package init(_ turns: [Turn], evidence: Evidence?) {
        let answers = turns.indices.filter { turns[$0].role == .assistant }
        guard let evidence, answers.indices.contains(evidence.turn - 1) else {
            self.init(
                request: answers.first.flatMap { Explanation.Passage.request(before: $0, turns) },
                answer: answers.map { turns[$0].text }.joined(separator: "\n"))
            return
        }
        let turn = answers[evidence.turn - 1]
        self.init(
            request: Explanation.Passage.request(before: turn, turns),
            answer: turns[turn].text.part(utf8: evidence.textStart, evidence.textEnd))
    }

    private static func request(before turn: Int, _ turns: [Turn]) -> String? {
        turns[..<turn].last { $0.role == .user }?.text
    }
}

extension String {
    /// The characters that some of its bytes belong to.
    fileprivate func part(utf8 start: Int, _ end: Int) -> String {
        let bytes = utf8
        let lower = max(0, min(start, bytes.count))
        let upper = max(lower, min(end, bytes.count))
        var first = bytes.index(bytes.startIndex, offsetBy: lower)
        var last = bytes.index(bytes.startIndex, offsetBy: upper)
        // A token may end within a character.
        while first > bytes.startIndex, first.samePosition(in: unicodeScalars) == nil {
            first = bytes.index(before: first)
        }
        while last < bytes.endIndex, last.samePosition(in: unicodeScalars) == nil { last = bytes.index(after: last) }
        return String(self[first..<last])
    }
}
