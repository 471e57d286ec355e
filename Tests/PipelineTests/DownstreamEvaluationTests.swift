import Datasets
import Diagnostics
import Downstream
import ForgetFilter
import Pipeline
import Policies
import Reports
import TestSupport
import Testing

@Suite("Evaluation by finetuning")
struct DownstreamEvaluationTests {
    @Test("Accepted lines, labels and the reference set reach the comparison, with the policy's own settings")
    func finetune() throws {
        let bench = try Bench()
        var request = try bench.request(Bench.rows(80, ask: "sum", answer: "4"))
        request.policy.forgetFilter?.settings.seed = 3
        var judgement = try Judge(request).run()
        judgement.findings = [:]
        let labels = try bench.folder.write(
            (1...80).map { #"{"line": \#($0), "label": "\#($0 % 2 == 0 ? "unsafe" : "benign")"}"# }
                .joined(separator: "\n"), to: "labels.jsonl")
        var steps: [String] = []
        let report = try Evaluation.finetune(
            judgement, request, modelPath: bench.folder.file("tiny.gguf"), labelsPath: labels, now: { 0 },
            progress: { if steps.last != $0.step { steps.append($0.step) } })
        #expect(report.methods.map(\.method) == DownstreamMethod.allCases)
        #expect(report.trainingRows + report.heldOutUnsafeRows + report.heldOutBenignRows == 80)
        #expect(report.referenceRows < 60 && report.safeAnswers == 1)
        #expect(
            report[.noFilter]
                == report[.filtered].map { filtered in
                    var same = filtered
                    same.method = .noFilter
                    return same
                })
        #expect(report[.oracle]?.trainedRows ?? 0 < report.trainingRows)
        #expect(steps.first == "trunk" && steps.last == "score oracle")
    }

    @Test("A label that is none of the three is an error", arguments: ["", "Unsafe", "other"])
    func labels(label: String) throws {
        let bench = try Bench()
        let request = try bench.request(Bench.rows(20, ask: "sum", answer: "4"))
        let judgement = try Judge(request).run()
        let labels = try bench.folder.write(
            (1...20).map { #"{"line": \#($0), "label": "\#($0 == 7 ? label : "safe")"}"# }.joined(separator: "\n"),
            to: "labels.jsonl")
        #expect {
            try Evaluation.finetune(
                judgement, request, modelPath: bench.folder.file("tiny.gguf"), labelsPath: labels)
        } throws: {
            ($0 as? PipelineError)?.code == .labelsUnusable
        }
    }
}
