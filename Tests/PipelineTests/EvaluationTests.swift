import Diagnostics
import Pipeline
import Reports
import TestSupport
import Testing

@Suite("Evaluation")
struct EvaluationTests {
    private func report(_ rows: [(String, Double, Bool)]) -> EvaluationReport {
        EvaluationReport(
            dataset: "d", policy: "p", verdict: "cleared",
            rows: rows.map { LabelledScore(label: $0.0, source: "s", score: $0.1, isRemoved: $0.2) }, threshold: 0.5,
            referenceRows: 1, seconds: 1, peakMib: 1, stages: [])
    }

    @Test("Figures of a table worked out by hand")
    func figures() {
        let result = report([
            ("unsafe", 0.9, true), ("unsafe", 0.4, false), ("safe", 0.6, true), ("benign", 0.1, false),
            ("benign", 0.4, false),
        ])
        // Pairs won: 0.9 beats three; 0.4 beats one and ties one.
        #expect(result.auroc == 4.5 / 6)
        #expect(result.aurocVsSafe == 0.5)
        #expect(result.aurocVsBenign == 3.5 / 4)
        #expect(result.precision == 0.5)
        #expect(result.recall == 0.5)
        #expect(result.f1 == 0.5)
        #expect(result.falsePositiveRate == 1.0 / 3)
        #expect(result.bestF1 == 2.0 / 3)
        #expect(result.removed == 2)
    }

    @Test("Without unsafe rows, or without removed ones, a figure that has no meaning is absent")
    func absentFigures() throws {
        let clean = report([("safe", 0.1, false), ("benign", 0.2, true)])
        #expect(clean.auroc == nil && clean.recall == nil && clean.f1 == nil && clean.bestF1 == nil)
        #expect(clean.falsePositiveRate == 0.5)
        let none = report([("unsafe", 0.1, false), ("safe", 0.2, false)])
        #expect(none.precision == nil)
        let json = String(decoding: try ReportJSON.encode(none, pretty: false), as: UTF8.self)
        #expect(json.contains(#""precision":null"#) && json.contains(#""auroc":0"#))
        #expect(none.recall == 0 && none.f1 == 0 && none.auroc == 0)
    }

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
}
