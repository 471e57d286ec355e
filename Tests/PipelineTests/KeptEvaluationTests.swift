import ForgetFilter
import Foundation
import Pipeline
import Policies
import Reports
import TestSupport
import Testing

@Suite("Kept evaluations")
struct KeptEvaluationTests {
    /// A labelled folder beside the bench's model, policy and sets.
    private struct Kept {
        let bench: Bench
        var request: JudgementRequest
        var basis: KeptEvaluation.Basis

        init() throws {
            bench = try Bench()
            request = try bench.request(Bench.rows(20, ask: "sum", answer: "4"), name: "dataset.jsonl")
            request.referencePath = bench.folder.file("reference.jsonl")
            try bench.folder.write("{}", to: "labels.jsonl")
            try bench.folder.write("{}", to: "scores.jsonl")
            basis = KeptEvaluation.Basis(
                folder: bench.folder.path, program: try bench.folder.write("program", to: "program"),
                reference: "set", baselineModel: bench.folder.file("tiny.gguf"),
                scores: [("mine", bench.folder.file("scores.jsonl"))])
        }

        func path() throws -> String {
            var request = request
            // What was hashed once would not be hashed again within a millisecond.
            request.hashes = FileHashes()
            return try KeptEvaluation(request, basis, in: "results").path
        }
    }

    @Test(
        "Whatever decides the result is in the file's name",
        arguments: [
            "dataset.jsonl", "labels.jsonl", "reference.jsonl", "control.jsonl", "tiny.gguf", "program", "scores.jsonl",
        ])
    func contents(file: String) throws {
        let kept = try Kept()
        let before = try kept.path()
        #expect(try kept.path() == before)
        try kept.bench.folder.write("changed", to: file)
        #expect(try kept.path() != before)
    }

    @Test("So are the seed, the policy, the origin of the reference rows and what else is compared")
    func choices() throws {
        let kept = try Kept()
        let changes: [(inout Kept) -> Void] = [
            { $0.request.policy.forgetFilter?.settings.seed = 9 }, { $0.request.policy.sha256 = "other" },
            { $0.basis.reference = "policy" }, { $0.request.referencePath = nil }, { $0.basis.baselineModel = nil },
            { $0.basis.downstreamModel = $0.basis.baselineModel }, { $0.basis.scores = [] },
            { $0.basis.scores[0].name = "yours" },
        ]
        var names = Set([try kept.path()])
        for change in changes {
            var changed = kept
            change(&changed)
            names.insert(try changed.path())
        }
        #expect(names.count == changes.count + 1)
    }

    @Test("A result is there once it was kept; a damaged one counts as none")
    func saveAndLoad() throws {
        let kept = try Kept()
        let results = kept.bench.folder.file("deep/results")
        let evaluation = try KeptEvaluation(kept.request, kept.basis, in: results)
        #expect(evaluation.path.hasPrefix(results + "/") && evaluation.path.contains("-test-set-seed0-"))
        #expect(evaluation.load() == nil)
        let report = EvaluationReport(
            .init(
                dataset: "d", policy: "p", policySha256: "", model: nil, reference: "set", referenceRows: 1, seed: 1),
            verdict: "cleared", rows: [.init(label: "unsafe", source: "s", score: 1, isRemoved: true)],
            threshold: 0.5, seconds: 1, peakMib: 1, stages: [])
        try evaluation.save(report)
        #expect(evaluation.load() == report)
        try Data("{".utf8).write(to: URL(fileURLWithPath: evaluation.path))
        #expect(evaluation.load() == nil)
        for path in [evaluation.path, results, results + "/none"] {
            #expect(throws: PipelineError.self) { try KeptEvaluation.read(path) }
        }
    }
}
