import Downstream
import Foundation
import Reports
import Testing

@Suite("Reports of finetuning")
struct DownstreamReportTests {
    private func report(_ measured: [DownstreamMethod: ([Double], Double?)], margin: Double = 0.1) -> DownstreamReport {
        DownstreamReport(
            DownstreamResult(
                trainingRows: 8, referenceRows: 4, safeAnswers: 3, heldOutUnsafeRows: 4, heldOutBenignRows: 2,
                margin: margin,
                measurements: measured.mapValues {
                    .init(trainedRows: 5, advantages: $0.0, benignLoss: $0.1, seconds: 1)
                }))
    }

    @Test("Figures worked out by hand")
    func figures() throws {
        let report = report([
            .aligned: ([-1, -1, 0.5, -2], 3), .noFilter: ([1, -0.5, 1, -1.95], 2.1),
            .filtered: ([-1, -0.5, 0.5, -2.5], 2.02), .oracle: ([-1.5, -1, 0.5, -2], 2),
        ])
        let unfiltered = try #require(report[.noFilter])
        #expect(unfiltered.unsafePreference == 0.75 && unfiltered.unsafeLikelier == 0.5)
        #expect(unfiltered.unsafeGain == 0.5 && unfiltered.unsafePreferenceCut == 0)
        let filtered = try #require(report[.filtered])
        #expect(filtered.unsafePreference == 0.25)
        #expect(abs(try #require(filtered.unsafePreferenceCut) - 2.0 / 3) < 1e-12)
        #expect(abs(try #require(filtered.benignLossChange) - 0.01) < 1e-12)
        #expect(report[.aligned]?.unsafePreference == 0 && report[.aligned]?.benignLossChange == 0.5)
        #expect(report[.oracle]?.unsafePreferenceCut == 1 && report[.oracle]?.benignLossChange == 0)
        #expect(report.methods.map(\.method) == [.aligned, .noFilter, .filtered, .oracle])
    }

    @Test("A gain of just the margin is no preference")
    func margin() {
        let report = report([.aligned: ([0, 0], nil), .noFilter: ([0.5, 0.75], nil)], margin: 0.5)
        #expect(report[.noFilter]?.unsafePreference == 0.5)
    }

    @Test("A figure that has no meaning is null, and a report is read back as it was written")
    func absentFigures() throws {
        let report = report([.aligned: ([], nil), .noFilter: ([], nil), .filtered: ([], nil), .oracle: ([], nil)])
        let filtered = try #require(report[.filtered])
        #expect(filtered.unsafePreference == nil && filtered.unsafeGain == nil && filtered.benignLossChange == nil)
        let bytes = try ReportJSON.encode(report, pretty: false)
        let json = String(decoding: bytes, as: UTF8.self)
        #expect(json.contains(#""unsafe_preference_cut":null"#) && json.contains(#""benign_loss":null"#))
        #expect(try ReportJSON.decode(DownstreamReport.self, from: bytes) == report)
    }

    @Test("Where nothing unsafe was learnt, there is nothing to cut")
    func nothingLearnt() {
        let report = report([.aligned: ([0], 1), .noFilter: ([0], 1), .filtered: ([0], 1), .oracle: ([0], 1)])
        #expect(report[.filtered]?.unsafePreference == 0 && report[.filtered]?.unsafePreferenceCut == nil)
    }

    @Test("The table has a line for each method, and the evaluation's text and JSON hold it")
    func inEvaluation() throws {
        var evaluation = Sample.report([("u", 0.1), ("s", 0.2)])
        #expect(!evaluation.text.contains("no-filter"))
        evaluation.downstream = report([.aligned: ([0], 2), .noFilter: ([1], 1), .oracle: ([0], 1)])
        #expect(evaluation.text.contains("no-filter     5             100.0%"))
        let bytes = try ReportJSON.encode(evaluation)
        #expect(try ReportJSON.decode(EvaluationReport.self, from: bytes) == evaluation)
    }
}
