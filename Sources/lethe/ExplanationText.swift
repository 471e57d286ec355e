import AuditLog
import ForgetFilter
import Foundation
import Moderation
import Reports

/// An explanation as a person reads it on a terminal; what a customer wrote has its control characters escaped.
struct ExplanationText {
    private let explanation: Explanation

    init(_ explanation: Explanation) {
        self.explanation = explanation
    }

    /// The summary, and each row after an empty line.
    var text: String {
        summary + (explanation.rows.isEmpty ? "\nno row has a score or a finding\n" : "")
            + explanation.rows.map { "\n" + row($0) }.joined()
    }

    private var summary: String {
        let counts = explanation.counts
        var table = TextTable([
            "verdict", explanation.verdict.rawValue + (explanation.reason.map { ": \(escape($0))" } ?? ""),
        ])
        table.add(["dataset", "\(escape(explanation.dataset.name))  sha256 \(explanation.dataset.sha256.prefix(12))"])
        table.add([
            "rows",
            "\(counts.rows): \(counts.accepted) accepted (\(counts.flagged) flagged), "
                + "\(counts.quarantined) quarantined",
        ])
        table.add(["policy", "\(explanation.policy.name) \(explanation.policyVersion)" + rates])
        if let evidence = explanation.evidence {
            table.add(["canaries", "\(evidence.canaries) known-safe rows"])
            let share = evidence.coverage.map { "\(decimal($0, 2)) of them like the reference set's" }
            table.add([
                "coverage",
                "\(evidence.riskyRows) risky rows, \(share ?? "too few to tell")"
                    + (evidence.isCovered ? "" : ": not covered"),
            ])
            table.add([
                "floor",
                "below \(decimal(100 * evidence.prevalenceFloor, 2))% unsafe rows, the false-discovery rate "
                    + "alone finds none",
            ])
        }
        return table.text
    }

    private var rates: String {
        var parts = [explanation.method.map { "method \($0.rawValue)" }]
        parts.append(explanation.falseDiscoveryRate.map { "false-discovery rate \($0)" })
        parts.append(explanation.localFalseDiscoveryRate.map { "of a single row \($0)" })
        parts.append(explanation.threshold.map { "threshold \($0)" })
        return parts.compactMap { $0 }.map { ", \($0)" }.joined()
    }

    private func row(_ row: Explanation.Row) -> String {
        var table = TextTable([
            "line \(row.line)", "\(row.disposition.rawValue), score \(row.score.map { decimal($0, 4) } ?? "none")",
        ])
        for finding in row.findings {
            table.add(["  rule", "\(finding.rule) (\(finding.action.rawValue)): \(escape(finding.detail))"])
        }
        if let evidence = row.evidence {
            table.add([
                "  evidence",
                "p \(decimal(evidence.pValue, 4)), local false-discovery rate "
                    + "\(decimal(evidence.localFalseDiscoveryRate, 3)), risk \(decimal(evidence.risk, 3)), departure "
                    + decimal(evidence.departure, 3),
            ])
            table.add([
                "  where",
                "assistant turn \(evidence.turn), bytes \(evidence.textStart) to \(evidence.textEnd) of its text",
            ])
            table.add([
                "  nearest",
                "\(explanation.reference.map { escape($0.name) } ?? "reference set"), lines "
                    + row.nearestReference.map { String($0.line) }.joined(separator: ", "),
            ])
        }
        if let text = row.text { add(text, to: &table) }
        for reference in row.nearestReference {
            guard let text = reference.text else { continue }
            table.add(["  reference", "line \(reference.line)"])
            add(text, to: &table)
        }
        return table.text
    }

    private func add(_ text: Explanation.Passage, to table: inout TextTable) {
        if let request = text.request { table.add(["  request", escape(request)]) }
        table.add(["  answer", escape(text.answer)])
    }

    private func escape(_ text: String) -> String { TerminalText.escape(text) }

    private func decimal(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }
}
