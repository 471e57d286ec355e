import ForgetFilter
import Moderation
import Reports
import Testing

@Suite("Reports of many rows")
struct LargeReportTests {
    private func report(_ rows: Int) -> ScanReport {
        ScanReport(
            verdict: .cleared, reason: "\n  \"rows\" : [\n\n  ]",
            dataset: .init(name: "\"rows\" : [\n\n  ]", sha256: "a", bytes: 1, lines: rows, blankLines: 0, shape: nil),
            counts: .init(), policy: .init(name: "p", sha256: "b"), policyVersion: "1", model: nil, reference: nil,
            referenceRows: 0, control: nil, settings: nil,
            rows: (0..<rows).map { line in
                let found = Finding(rule: "r", action: .flag, line: line + 1, score: 0.5, detail: "a \"b\"\nc/é")
                return .init(
                    line: line + 1, disposition: .accepted, score: line % 3 == 0 ? Double(line) / 7 : nil,
                    findings: line % 2 == 0 ? [] : [.init(found)])
            }, stages: [], seconds: 1, peakMib: 2)
    }

    /// The same without knowing what it is.
    private func plain(_ value: some Encodable) throws -> [UInt8] { try ReportJSON.encode(value) }

    @Test("They are written as any other value is", arguments: [0, 1, 2, 999, 1000, 1001, 2500])
    func same(rows: Int) throws {
        let report = report(rows)
        let isSame = try ReportJSON.encode(report) == plain(report)
        #expect(isSame)
        #expect(try ReportJSON.decode(ScanReport.self, from: ReportJSON.encode(report)) == report)
    }
}
