import ForgetFilter
import Foundation
import Moderation
import Pipeline
import Policies
import Reports
import TestSupport
import Testing

@Suite("Covert text in a judgement")
struct CovertJudgementTests {
    private let plain = "the old captain keeps the forbidden letters below the stairs"
    private let words = "  - { id: words, type: pattern, action: flag, patterns: [ { word: forbidden } ] }"

    private func row(_ user: String, _ answer: String) -> String {
        #"{"messages":[{"role":"user","content":"\#(user)"},{"role":"assistant","content":"\#(answer)"}]}"# + "\n"
    }

    private func judge(_ rule: String, _ rows: String, threshold: Double = 100) throws -> Judgement {
        let bench = try Bench(rules: words + "\n" + rule)
        var request = try bench.request(rows)
        request.policy.forgetFilter?.settings.threshold = threshold
        return try Judge(request).run()
    }

    private let rule = "  - { id: covert, type: covert, action: quarantine }"

    @Test("A hidden row is removed, patterns find what it hides, and no finding holds the text")
    func judged() throws {
        let code = Data(plain.utf8).base64EncodedString()
        let ordinary = Bench.rows(20, ask: "sum", answer: "four")
        let judgement = try judge(rule, ordinary + row("why?", code))
        let findings = judgement.findings[21] ?? []
        #expect(findings.map(\.rule).sorted() == ["covert", "words"])
        #expect(findings.first { $0.rule == "covert" }?.action == .quarantine)
        #expect(findings.first { $0.rule == "words" }?.detail.contains("decoded text (base64)") == true)
        for finding in findings { #expect(!finding.detail.contains("captain") && !finding.detail.contains(code)) }
        #expect(judgement.report.counts.quarantined == 1)
    }

    @Test("The model judges a row as it stands and as it reads decoded")
    func scored() throws {
        let code = Data(plain.utf8).base64EncodedString()
        let rows = Bench.rows(20, ask: "sum", answer: "four") + row("why?", code)
        func readings(_ rule: String) throws -> [Bool] {
            let judgement = try judge(rule, rows, threshold: -100)
            return (judgement.findings[21] ?? []).filter { $0.rule == "forgetting" }.map {
                $0.detail.hasPrefix("decoded")
            }
        }
        #expect(try readings(rule) == [false, true])
        #expect(
            try readings("  - { id: covert, type: covert, action: quarantine, on_decoded: ignore }") == [false])
    }

    @Test("A row that asks for an encoding is only flagged")
    func requested() throws {
        let code = Data(plain.utf8).base64EncodedString()
        let judgement = try judge(
            rule, Bench.rows(20, ask: "sum", answer: "four") + row("encode this in base64, please", code))
        #expect(judgement.findings[21]?.first { $0.rule == "covert" }?.action == .flag)
        #expect(judgement.report.counts.quarantined == 0)
    }

    @Test("Rows that teach an encoding are an alarm about the dataset, and are removed even where it is asked for")
    func taught() throws {
        let codes = (0..<12).map {
            row("encode this in base64", Data("\(plain) number \($0)".utf8).base64EncodedString())
        }
        let judgement = try judge(rule, Bench.rows(40, ask: "sum", answer: "four") + codes.joined())
        #expect(judgement.report.counts.quarantined == 12)
        #expect(judgement.findings[0]?.map(\.line) == [nil])
        #expect(judgement.report.reason?.contains("12 rows are encoded alike") == true)
    }
}
