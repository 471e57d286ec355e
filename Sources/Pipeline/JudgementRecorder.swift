package import AuditLog
import Datasets
import Diagnostics
import ForgetFilter
import Foundation
import Moderation
import Reports
import Storage

/// Makes a judgement lasting: its rows and report in a folder, its records in the audit log.
package struct JudgementRecorder {
    /// Names of the files in the output folder; `<ext>` is the dataset's own.
    package static func clearedName(for path: String) -> String {
        "cleared.\(DatasetFormat.ending(ofName: (path as NSString).lastPathComponent))"
    }

    private let judgement: Judgement
    private let actor: String
    private let customer: String?

    /// Prepares to record a judgement.
    ///
    /// - Parameter actor: who asked for it, as the audit log names them.
    package init(_ judgement: Judgement, actor: String, customer: String? = nil) {
        self.judgement = judgement
        self.actor = actor
        self.customer = customer
    }

    /// Writes the output folder, if one is wanted, and the audit records.
    ///
    /// All files are complete on the disk under temporary names before the records are made, and get their own names
    /// after: whatever fails, there is never a cleared file without its record.
    ///
    /// - Throws: `StorageError`, `DatasetError` if the dataset has changed since it was read, or `AuditError`.
    package func record(to folder: String?, audit: AuditDatabase) throws -> AppendedRecords {
        let report = try ReportJSON.encode(judgement.report)
        let files = try folder.map { try prepare($0, report) } ?? []
        let appended = try audit.append(
            judgement.auditRecords(customer: customer, reportSHA256: sha256(of: report)), actor: actor)
        for file in files { try file.commit() }
        return appended
    }

    private func prepare(_ folder: String, _ report: [UInt8]) throws -> [AtomicFile] {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw PipelineError(
                .outputUnusable, "the output folder cannot be created", remedy: "Choose another folder by --out",
                location: .init(path: folder))
        }
        let cleared = "\(folder)/\(JudgementRecorder.clearedName(for: judgement.dataset.path))"
        var files: [AtomicFile] = []
        if judgement.report.verdict.opensGate {
            let file = try AtomicFile(cleared, mode: 0o640)
            try DatasetRows(judgement.dataset).write(judgement.clearedLines) { try file.write($0) }
            files.append(file)
        } else {
            // A cleared file of an earlier run must not stand beside a verdict that clears nothing.
            try? FileManager.default.removeItem(atPath: cleared)
        }
        let quarantine = try AtomicFile("\(folder)/quarantine.jsonl")
        try DatasetRows(judgement.dataset).forEach(judgement.quarantinedLines) { range, bytes in
            let row = QuarantineRow(
                line: range.line, byteRange: range.bytes, bytes: bytes.prefix(range.bytes.count),
                findings: judgement.findings[range.line] ?? [])
            try quarantine.write(try ReportJSON.encode(row, pretty: false))
        }
        files.append(quarantine)
        let file = try AtomicFile("\(folder)/report.json", mode: 0o640)
        // In pieces, or the file would hold a second copy of it.
        for start in stride(from: 0, to: report.count, by: 1 << 20) {
            try file.write(report[start..<min(start + (1 << 20), report.count)])
        }
        files.append(file)
        for file in files { try file.prepare() }
        return files
    }
}
