import ForgetFilter
import Moderation
import Reports
import Testing

@Suite("Explanations")
struct ExplanationTests {
    private static let hash = String(repeating: "a", count: 64)

    private func evidence(turn: Int = 1, _ text: Range<Int> = 0..<4) -> Evidence {
        Evidence(
            pValue: 0.01, localFalseDiscoveryRate: 0.2, risk: 0.9, departure: 0.8, turn: turn, text: text,
            nearestReferenceLines: [7, 3])
    }

    private func report(_ rows: [ScanReport.Row], method: ForgetFilterSettings.Method = .heads) -> ScanReport {
        var settings = ForgetFilterSettings()
        settings.method = method
        return ScanReport(
            verdict: .clearedWithRemovals, reason: nil,
            dataset: .init(name: "d", sha256: Self.hash, bytes: 1, lines: 4, blankLines: 0, shape: "chat"),
            counts: .init(), policy: .init(name: "p", sha256: Self.hash), policyVersion: "1", model: nil,
            reference: .init(name: "r", sha256: Self.hash), referenceRows: 9, control: nil, settings: settings,
            rows: rows, stages: [], seconds: 0, peakMib: 0)
    }

    private func row(_ line: Int, score: Double?, _ finding: Finding? = nil) -> ScanReport.Row {
        .init(
            line: line, disposition: finding == nil ? .accepted : .quarantined, score: score,
            findings: finding.map { [.init($0)] } ?? [])
    }

    private func finding(_ evidence: Evidence?) -> Finding {
        Finding(rule: "safety", action: .quarantine, line: nil, detail: "found", evidence: evidence)
    }

    @Test("The rows with the most evidence come first, then those found without a score; the rest is left out")
    func order() {
        let report = report([
            row(1, score: 0.1), row(2, score: nil, finding(nil)), row(3, score: 0.9, finding(evidence())),
            row(4, score: nil), row(5, score: 0.9),
        ])
        #expect(Explanation(report, lines: [], top: 10).rows.map(\.line) == [3, 5, 1, 2])
        #expect(Explanation(report, lines: [], top: 2).rows.map(\.line) == [3, 5])
        #expect(Explanation(report, lines: [4, 1, 99], top: 1).rows.map(\.line) == [4, 1])
    }

    @Test("A row's evidence and its nearest reference rows are its finding's")
    func nearest() throws {
        let explanation = Explanation(report([row(1, score: 0.9, finding(evidence()))]), lines: [], top: 1)
        let row = try #require(explanation.rows.first)
        #expect(row.evidence == evidence() && row.nearestReference.map(\.line) == [7, 3] && row.text == nil)
    }

    @Test("Each method shows its own rates")
    func rates() {
        let heads = Explanation(report([]), lines: [], top: 1)
        #expect(heads.falseDiscoveryRate == 0.1 && heads.localFalseDiscoveryRate == 0.5 && heads.threshold == nil)
        let forgetting = Explanation(report([], method: .forgetting), lines: [], top: 1)
        #expect(forgetting.threshold == 0.3 && forgetting.falseDiscoveryRate == nil)
    }

    @Test("An explanation survives JSON")
    func json() throws {
        var explanation = Explanation(report([row(1, score: 0.9, finding(evidence()))]), lines: [], top: 1)
        explanation.addTexts([1: [Turn(role: .user, text: "ask"), Turn(role: .assistant, text: "answer")]])
        let bytes = try ReportJSON.encode(explanation)
        #expect(try ReportJSON.decode(Explanation.self, from: bytes) == explanation)
    }

    private let turns = [
        Turn(role: .user, text: "first?"), Turn(role: .assistant, text: "one"), Turn(role: .user, text: "second?"),
        Turn(role: .assistant, text: "a žluťoučký kůň"),
    ]

    @Test("Without evidence all answers are the passage, after the first request")
    func whole() {
        let passage = Explanation.Passage(turns, evidence: nil)
        #expect(passage == .init(request: "first?", answer: "one\na žluťoučký kůň"))
        #expect(Explanation.Passage(turns, evidence: evidence(turn: 3)) == passage)
        #expect(Explanation.Passage([], evidence: nil) == .init(request: nil, answer: ""))
    }

    @Test(
        "The passage is the turn's bytes, widened to whole characters",
        arguments: [
            (0..<1, "a"), (2..<4, "ž"), (3..<4, "ž"), (2..<3, "ž"), (4..<8, "luť"), (0..<1000, "a žluťoučký kůň"),
            (500..<1000, ""), (0..<0, ""),
        ])
    func bytes(range: Range<Int>, text: String) {
        let passage = Explanation.Passage(turns, evidence: evidence(turn: 2, range))
        #expect(passage == .init(request: "second?", answer: text))
    }

    @Test("Texts go to their rows, and reference texts to their lines")
    func texts() {
        var explanation = Explanation(
            report([row(1, score: 0.9, finding(evidence(turn: 1, 0..<3))), row(2, score: 0.1)]), lines: [], top: 5)
        explanation.addTexts([1: turns])
        explanation.addReferenceTexts([3: turns])
        #expect(explanation.rows.map(\.text?.answer) == ["one", nil])
        #expect(explanation.rows[0].nearestReference.map { $0.text == nil } == [true, false])
    }
}
