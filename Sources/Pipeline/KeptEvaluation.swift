import Diagnostics
import ForgetFilter
import Foundation
import Policies
package import Reports
package import Storage

/// The result of an evaluation, kept in a file whose name tells everything that decides it, so that a series of
/// evaluations goes on where it was interrupted.
package struct KeptEvaluation: Sendable {
    /// Where the result is, or will be.
    package let path: String

    /// What decides a result beside the judgement's own request.
    package struct Basis: Sendable {
        /// The folder of the labelled dataset.
        package var folder: String

        /// The program that evaluates.
        package var program: String

        /// Whose reference rows are used, as the report tells it.
        package var reference: String

        /// The model whose loss is a baseline; `nil` without baselines.
        package var baselineModel: String?

        /// Files of other methods' scores, by their names.
        package var scores: [(name: String, path: String)]

        /// The model that is finetuned with and without what was removed; `nil` where none is.
        package var downstreamModel: String?

        /// Creates a basis.
        package init(
            folder: String, program: String, reference: String, baselineModel: String?,
            scores: [(name: String, path: String)], downstreamModel: String? = nil
        ) {
            self.folder = folder
            self.program = program
            self.reference = reference
            self.baselineModel = baselineModel
            self.scores = scores
            self.downstreamModel = downstreamModel
        }
    }

    /// Names the file of an evaluation in `results`.
    ///
    /// - Throws: `StorageError` where a file that the name depends on cannot be read.
    package init(_ request: JudgementRequest, _ basis: Basis, in results: String) throws(StorageError) {
        let hashes = request.hashes
        var parts = [
            "lethe-evaluation-2", basis.folder.lastPathComponent, basis.reference,
            try JudgementBasis.fingerprint(policy: request.policy, modelPath: request.modelPath, hashes: hashes),
            try InputFile.sha256(of: basis.program), try InputFile.sha256(of: request.datasetPath),
            try InputFile.sha256(of: "\(basis.folder)/labels.jsonl"),
        ]
        let control = basis.baselineModel == nil ? nil : request.policy.controlPath
        for path in [request.referencePath, control, basis.baselineModel, basis.downstreamModel] {
            parts.append(try path.map { path throws(StorageError) in try hashes.sha256(of: path) } ?? "none")
        }
        for scores in basis.scores { parts += [scores.name, try InputFile.sha256(of: scores.path)] }
        let key = sha256(of: Array(parts.joined(separator: "\n").utf8)).prefix(16)
        let seed = request.policy.forgetFilter.map { "-seed\($0.settings.seed)" } ?? ""
        let name = "\(basis.folder.lastPathComponent)-\(request.policy.name)-\(basis.reference)".fileName
        path = "\(results)/\(name)\(seed)-\(key).json"
    }

    /// The result, if it is there and whole.
    package func load() -> EvaluationReport? { try? KeptEvaluation.read(path) }

    /// Reads a result that `lethe evaluate --json` has written.
    package static func read(_ path: String) throws(PipelineError) -> EvaluationReport {
        let bytes: [UInt8]
        do {
            bytes = try InputFile.contents(of: path)
        } catch {
            throw PipelineError(.resultUnusable, error.message, remedy: error.remedy, location: error.location)
        }
        do {
            return try ReportJSON.decode(EvaluationReport.self, from: bytes)
        } catch {
            throw PipelineError(
                .resultUnusable, "this is no result of an evaluation",
                remedy: "Give files that `lethe evaluate --json` has written", location: .init(path: path))
        }
    }

    /// Keeps a result; the folder is made if it is not there.
    package func save(_ report: EvaluationReport) throws {
        try Folder.create((path as NSString).deletingLastPathComponent)
        try AtomicFile.write(try ReportJSON.encode(report), to: path)
    }
}

extension String {
    fileprivate var lastPathComponent: String { (self as NSString).lastPathComponent }

    /// The text with everything that might not belong into a file's name replaced.
    fileprivate var fileName: String { String(map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "-" }) }
}
