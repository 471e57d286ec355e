import Datasets
import Diagnostics
import Foundation
package import Moderation
package import Reports
import Storage

/// What `lethe scan --out` wrote, read again: the report, and the rows that the other files hold.
package struct ScanOutput: Sendable {
    /// The report.
    package let report: ScanReport

    private let folder: String?

    /// Reads a report.
    ///
    /// - Parameter path: the folder, or its `report.json`.
    /// - Throws: `PipelineError` where it is no report.
    package init(_ path: String) throws(PipelineError) {
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let file = isFolder.boolValue ? "\(path)/report.json" : path
        let bytes = try reading { () throws(StorageError) in try InputFile.contents(of: file, limit: 1 << 32) }
        try self.init(bytes, from: file, folder: (file as NSString).deletingLastPathComponent)
    }

    /// Takes a report that came from elsewhere, without the rows.
    ///
    /// - Parameter name: what it is called in an error.
    /// - Throws: `PipelineError` where it is no report.
    package init(_ bytes: [UInt8], from name: String, folder: String? = nil) throws(PipelineError) {
        do {
            report = try ReportJSON.decode(ScanReport.self, from: bytes)
        } catch {
            throw PipelineError(
                .reportUnusable, "this is no report of this version of lethe",
                remedy: "Name a report.json that `lethe scan --out` wrote, or its folder", location: .init(path: name))
        }
        self.folder = folder.map { $0.isEmpty ? "." : $0 }
    }

    /// What is said in rows, by line, as far as it can be read.
    ///
    /// - Parameters:
    ///   - lines: the rows.
    ///   - datasetPath: the customer's file; without it, the cleared and quarantined rows beside the report are read.
    /// - Throws: `PipelineError` or `DatasetError` where the file is not the one that was judged.
    package func turns(ofLines lines: Set<Int>, datasetPath: String?) throws -> [Int: [Turn]] {
        if let datasetPath {
            let dataset = try read(datasetPath, report.dataset.rowLayout.names)
            guard dataset.sha256 == report.dataset.sha256 else {
                throw PipelineError(
                    .reportUnusable, "the report is of another file: its SHA-256 differs",
                    remedy: "Name the file that was judged by --dataset", location: .init(path: datasetPath))
            }
            let wanted = dataset.examples.filter { lines.contains($0.line) }
            return Dictionary(wanted.map { ($0.line, $0.turns) }, uniquingKeysWith: { first, _ in first })
        }
        guard let folder else { return [:] }
        return try removedTurns(folder, lines).merging(try clearedTurns(folder, lines)) { removed, _ in removed }
    }

    private func removedTurns(_ folder: String, _ lines: Set<Int>) throws -> [Int: [Turn]] {
        let path = "\(folder)/quarantine.jsonl"
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        var turns: [Int: [Turn]] = [:]
        let layout = report.dataset.rowLayout
        let bytes = try reading { () throws(StorageError) in try InputFile.contents(of: path, limit: 1 << 32) }
        for (index, line) in bytes.split(separator: 0x0A).enumerated() {
            guard let row = try? ReportJSON.decode(QuarantineRow.self, from: Array(line)) else {
                throw PipelineError(
                    .reportUnusable, "this is no quarantined row", location: .init(path: path, line: index + 1))
            }
            guard lines.contains(row.line), let text = row.row else { continue }
            turns[row.line] = Example(row: Array(text.utf8), line: row.line, layout: layout)?.turns
        }
        return turns
    }

    /// The accepted rows stand in the cleared file one after another.
    private func clearedTurns(_ folder: String, _ lines: Set<Int>) throws -> [Int: [Turn]] {
        let path = "\(folder)/\(JudgementRecorder.clearedName(for: report.dataset.name))"
        let accepted = report.rows.filter { $0.disposition == .accepted }.map(\.line)
        guard !lines.isDisjoint(with: accepted), FileManager.default.fileExists(atPath: path) else { return [:] }
        let examples = try read(path, report.dataset.rowLayout.names).examples
        guard examples.count == accepted.count else {
            throw PipelineError(
                .reportUnusable, "the cleared file has \(examples.count) rows, the report \(accepted.count)",
                remedy: "Name the customer's own file by --dataset", location: .init(path: path))
        }
        var turns: [Int: [Turn]] = [:]
        for (line, example) in zip(accepted, examples) where lines.contains(line) { turns[line] = example.turns }
        return turns
    }

    /// The reference rows at lines of the set that the report was made with.
    ///
    /// - Throws: `PipelineError` where the file is another set, `DatasetError` where it cannot be read.
    package func referenceTurns(ofLines lines: Set<Int>, path: String) throws -> [Int: [Turn]] {
        let set = try read(path)
        guard set.sha256 == report.reference?.sha256 else {
            throw PipelineError(
                .referenceUnusable, "the reference set is not the one of the report: its SHA-256 differs",
                remedy: "Name the set that was used by --reference", location: .init(path: path))
        }
        let wanted = set.examples.filter { lines.contains($0.line) }
        return Dictionary(wanted.map { ($0.line, $0.turns) }, uniquingKeysWith: { first, _ in first })
    }

    private func read(_ path: String, _ names: RowNames = RowNames()) throws(DatasetError) -> Dataset {
        // What was judged within its own policy's limits is read without them.
        var limits = DatasetLimits()
        limits.maximumBytes = 1 << 40
        limits.maximumLineBytes = 64 << 20
        var rules = RowRules()
        rules.names = names
        return try DatasetReader(limits: limits, rules: rules).read(path)
    }
}

private func reading<Result>(_ work: () throws(StorageError) -> Result) throws(PipelineError) -> Result {
    do {
        return try work()
    } catch {
        throw PipelineError(.reportUnusable, error.message, remedy: error.remedy, location: error.location)
    }
}
