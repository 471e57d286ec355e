import ForgetFilter
import Foundation
import Moderation

extension ScanReport {
    /// The result as a person reads it on a terminal.
    ///
    /// - Parameter most: how many quarantined rows are listed, the most forgotten first.
    package func text(listing most: Int = 15) -> String {
        var text = TextTable(["verdict", verdict.rawValue + (reason.map { ": \($0)" } ?? "")])
        text.add(["dataset", "\(dataset.name)  sha256 \(dataset.sha256.prefix(12))  \(dataset.lines) lines"])
        text.add(["policy", "\(policy.name) \(policyVersion)  sha256 \(policy.sha256.prefix(12))"])
        if let model { text.add(["model", "\(model.name)  sha256 \(model.sha256.prefix(12))"]) }
        if let reference { text.add(["reference", "\(reference.name)  \(referenceRows) rows"]) }
        text.add([
            "rows",
            "\(counts.rows): \(counts.accepted) accepted (\(counts.flagged) flagged), \(counts.quarantined) quarantined "
                + "(\(counts.malformed) malformed)",
        ])
        text.add(["took", "\(decimal(seconds, 1)) s, at most \(peakMib) MiB"])
        return text.text + rules + quarantined(most) + stageTable(stages)
    }

    private var rules: String {
        var found: [[String]: Int] = [:]
        for finding in rows.flatMap(\.findings) { found[[finding.rule, finding.action.rawValue], default: 0] += 1 }
        guard !found.isEmpty else { return "" }
        var table = TextTable(["rule", "action", "rows"], rightAligned: [2])
        for (rule, count) in found.sorted(by: { ($1.value, $0.key[0], $0.key[1]) < ($0.value, $1.key[0], $1.key[1]) }) {
            table.add(rule + [String(count)])
        }
        return "\n" + table.text
    }

    private func quarantined(_ most: Int) -> String {
        let removed = rows.filter { $0.disposition == .quarantined }
        guard !removed.isEmpty else { return "" }
        var table = TextTable(["line", "score", "threshold", "rule", "why"], rightAligned: [0, 1, 2])
        let sorted = removed.sorted { ($0.score ?? .infinity, $1.line) > ($1.score ?? .infinity, $0.line) }
        for row in sorted.prefix(most) {
            guard let finding = row.findings.first(where: { $0.action == .quarantine }) else { continue }
            table.add([
                String(row.line), finding.score.map { decimal($0, 3) } ?? "-",
                finding.threshold.map { decimal($0, 3) } ?? "-", finding.rule, finding.detail,
            ])
        }
        let rest = removed.count - min(most, removed.count)
        return "\n" + table.text + (rest > 0 ? "… and \(rest) more quarantined rows\n" : "")
    }
}

/// What each stage took, under an empty line; nothing without stages.
func stageTable(_ stages: [StageReport]) -> String {
    guard !stages.isEmpty else { return "" }
    var table = TextTable(["stage", "seconds", "tokens/s", "loss"], rightAligned: [1, 2, 3])
    for stage in stages {
        table.add([
            stage.stage.rawValue, decimal(stage.seconds, 1), String(Int(stage.tokensPerSecond)),
            stage.meanLoss.map { decimal($0, 3) } ?? "-",
        ])
    }
    return "\n" + table.text
}

/// A number with so many digits after the point.
func decimal(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }
