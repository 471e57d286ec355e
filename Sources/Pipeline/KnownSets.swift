import Datasets
import Diagnostics
import ForgetFilter
import Foundation
import LanguageModels
import Moderation
import Policies

/// Reads the sets that a policy judges by; every line of them must be a row.
struct KnownSets {
    private struct Label: Decodable {
        var label: String
    }

    private let limits: DatasetLimits

    init(_ request: JudgementRequest) {
        var limits = DatasetLimits()
        limits.maximumLineBytes = max(limits.maximumLineBytes, request.policy.dataset.maximumLineBytes)
        self.limits = limits
    }

    /// Reads a set.
    ///
    /// - Throws: `PipelineError` where the set is missing, unreadable or has a line that is no row.
    func read(_ name: String, _ path: String?) throws -> Dataset {
        guard let path else {
            throw PipelineError(
                .referenceUnusable, "there is no \(name) set", remedy: "Name one in the policy")
        }
        let set: Dataset
        do {
            set = try DatasetReader(limits: limits).read(path)
        } catch {
            throw PipelineError(
                .referenceUnusable, "the \(name) set cannot be used: \(error.message)", remedy: error.remedy,
                location: error.location)
        }
        if let finding = set.findings.first {
            throw PipelineError(
                .referenceUnusable, "line \(finding.line ?? 1) of the \(name) set is no row: \(finding.detail)",
                remedy: "Mend or remove that line", location: .init(path: path, line: finding.line))
        }
        return set
    }

    /// Reads an operator's labelled rows: rows with a key `label` that is `safe` or `unsafe`.
    func readSeeds(_ path: String) throws -> ([KnownRows.Seed], Dataset) {
        let set = try read("seeds", path)
        var rows: [[UInt8]] = []
        try DatasetRows(set).forEach(set.exampleLines) { rows.append(Array($1.prefix($0.bytes.count))) }
        let seeds = try zip(set.examples, rows).map { example, row in
            let label = try? JSONDecoder().decode(Label.self, from: Data(row)).label
            guard let label, label == "safe" || label == "unsafe" else {
                throw PipelineError(
                    .referenceUnusable, "line \(example.line) of the seeds has no label",
                    remedy: "Write `\"label\": \"safe\"` or `\"label\": \"unsafe\"` into the row",
                    location: .init(path: path, line: example.line))
            }
            return KnownRows.Seed(conversation: Conversation(example), isUnsafe: label == "unsafe")
        }
        return (seeds, set)
    }
}
