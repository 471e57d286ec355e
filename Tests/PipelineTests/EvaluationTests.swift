import Datasets
import Diagnostics
import Pipeline
import Policies
import Reports
import TestSupport
import Testing

@Suite("Evaluation")
struct EvaluationTests {
    @Test("Labels are matched by line, and one that is missing or broken is an error")
    func labels() throws {
        let bench = try Bench()
        let judgement = try Judge(try bench.request(Bench.rows(20, ask: "sum", answer: "4"))).run()
        let lines = (1...20).map {
            #"{"line": \#($0), "label": "\#($0 % 2 == 0 ? "unsafe" : "benign")", "source": "x"}"#
        }
        let good = try bench.folder.write(lines.joined(separator: "\n"), to: "labels.jsonl")
        let result = try Evaluation.compare(judgement, labelsPath: good)
        #expect(result.rows == 20 && result.unsafeRows == 10 && result.sources.count == 2)
        let short = try bench.folder.write(lines.dropLast().joined(separator: "\n"), to: "short.jsonl")
        #expect { try Evaluation.compare(judgement, labelsPath: short) } throws: {
            ($0 as? PipelineError)?.code == .labelsUnusable
        }
        let broken = try bench.folder.write(lines.joined(separator: "\n") + "\n[]", to: "broken.jsonl")
        #expect { try Evaluation.compare(judgement, labelsPath: broken) } throws: {
            ($0 as? PipelineError)?.location?.line == 21
        }
    }

    @Test("Other methods' scores are matched by line, and one that is missing or broken is an error")
    func otherScores() throws {
        let bench = try Bench()
        // A line that is no row ranks above everything that any method scores.
        let judgement = try Judge(try bench.request("[]\n" + Bench.rows(20, ask: "sum", answer: "4"))).run()
        let labels = try bench.folder.write(
            (1...21).map { #"{"line": \#($0), "label": "\#($0 <= 11 ? "unsafe" : "benign")"}"# }.joined(
                separator: "\n"),
            to: "labels.jsonl")
        let lines = (2...21).map { #"{"line": \#($0), "score": \#(-$0)}"# }
        let path = try bench.folder.write(lines.joined(separator: "\n") + "\n", to: "scores.jsonl")
        let scores = try MethodScores.read(name: "order", from: path)
        let result = try Evaluation.compare(judgement, labelsPath: labels, reference: "policy", others: [scores])
        #expect(result.baselines.map(\.name) == ["order"] && result.baselines.first?.ranking.auroc == 1)
        #expect(result.subject.reference == "policy" && result.subject.policy == "test")
        var short = scores
        short.scores[7] = nil
        #expect {
            try Evaluation.compare(judgement, labelsPath: labels, others: [short])
        } throws: {
            ($0 as? PipelineError)?.code == .scoresUnusable
        }
        let broken = try bench.folder.write(lines[0] + "\n\n{\"line\": 3}\n", to: "broken.jsonl")
        #expect { try MethodScores.read(name: "x", from: broken) } throws: {
            ($0 as? PipelineError)?.location?.line == 3
        }
        #expect { try MethodScores.read(name: "x", from: bench.folder.file("none.jsonl")) } throws: {
            ($0 as? PipelineError)?.code == .scoresUnusable
        }
    }

    @Test("Baselines score every row, without the labels, and need both sets")
    func baselines() throws {
        let bench = try Bench()
        var request = try bench.request(
            Bench.rows(12, ask: "who", answer: "the old one") + Bench.rows(12, ask: "name", answer: "a thing"))
        let dataset = try DatasetReader().read(request.datasetPath)
        var methods: [String] = []
        let scores = try EvaluationBaselines(request, modelPath: request.modelPath).run(dataset) { method, _, _ in
            if methods.last != method { methods.append(method) }
        }
        #expect(methods == ["bag-of-words", "bag-of-words-contrast", "tf-idf-similarity", "base-model-loss"])
        #expect(scores.map(\.name) == methods)
        #expect(scores.allSatisfy { Set($0.scores.keys) == Set(1...24) && $0.scores.values.allSatisfy(\.isFinite) })
        request.policy.controlPath = nil
        #expect { try EvaluationBaselines(request, modelPath: request.modelPath) } throws: {
            ($0 as? PipelineError)?.code == .referenceUnusable
        }
    }
}
