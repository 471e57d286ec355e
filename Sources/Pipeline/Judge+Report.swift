import Datasets
import ForgetFilter
import Foundation
import Moderation
import Policies
import Reports

extension Judge {
    /// How many lines came to what.
    func count(_ dataset: Dataset, _ findings: [Int: [Finding]]) -> ScanReport.Counts {
        var counts = ScanReport.Counts()
        counts.malformed = dataset.malformedLines.count
        counts.rows = dataset.exampleLines.count + counts.malformed
        counts.quarantined = counts.malformed
        for line in dataset.exampleLines {
            let found = findings[line.line] ?? []
            if found.contains(where: { $0.action == .quarantine }) {
                counts.quarantined += 1
            } else {
                counts.accepted += 1
                if !found.isEmpty { counts.flagged += 1 }
            }
        }
        return counts
    }

    /// The dataset as a report tells it.
    func describe(_ dataset: Dataset) -> ScanReport.Input {
        var input = ScanReport.Input(
            name: (dataset.path as NSString).lastPathComponent, sha256: dataset.sha256, bytes: dataset.byteCount,
            lines: dataset.lineCount, blankLines: dataset.blankLines.count, shape: dataset.shape?.rawValue)
        input.format = dataset.format.layout.rawValue
        if dataset.format.compression != .none {
            input.compression = dataset.format.compression.rawValue
            input.contentBytes = dataset.contentBytes
        }
        if !dataset.columns.isEmpty { input.columns = dataset.columns.map { $0?.rawValue ?? "" } }
        let names = request.policy.dataset.names
        if !names.columns.isEmpty {
            input.columnNames = Dictionary(uniqueKeysWithValues: names.columns.map { ($0.key.rawValue, $0.value) })
        }
        if !names.roles.isEmpty { input.roleNames = names.roles.mapValues(\.rawValue) }
        return input
    }

    /// Every line that is not blank, in order.
    func rows(
        _ dataset: Dataset, _ findings: [Int: [Finding]], _ scores: [Int: Double]
    ) -> [ScanReport.Row] {
        (dataset.exampleLines + dataset.malformedLines).map(\.line).sorted().map { line in
            let found = findings[line] ?? []
            return ScanReport.Row(
                line: line, disposition: found.contains { $0.action == .quarantine } ? .quarantined : .accepted,
                score: scores[line], findings: found.map(ScanReport.RowFinding.init))
        }
    }
}

/// What the process has used.
package enum ProcessMemory {
    /// The most memory that was resident at a time, in MiB, mapped files included.
    package static var peakMebibytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }
}
