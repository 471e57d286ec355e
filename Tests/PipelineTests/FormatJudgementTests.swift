import AuditLog
import Datasets
import ForgetFilter
import Foundation
import Moderation
import Pipeline
import Policies
import Reports
import TestSupport
import Testing

@Suite("Datasets of every format, from file to verdict")
struct FormatJudgementTests {
    private func bench(_ dataset: String = "{}") throws -> Bench {
        let bench = try Bench()
        try bench.folder.write(
            """
            name: words
            version: 1
            dataset: \(dataset)
            rules:
              - { id: words, type: pattern, action: quarantine, patterns: [ { word: forbidden } ] }

            """, to: "policy.yaml")
        return bench
    }

    private func record(_ judgement: Judgement, _ bench: Bench) throws {
        let audit = try AuditDatabase(path: bench.folder.file("audit.sqlite"))
        defer { try? audit.close() }
        _ = try JudgementRecorder(judgement, actor: "test").record(to: bench.folder.file("out"), audit: audit)
    }

    @Test("A table is split into a table, and its removed rows are shown under its header")
    func table() throws {
        let bench = try bench("{ columns: { prompt: question } }")
        let text = "\u{FEFF}id,question,completion\r\n1,a,fine\r\n2,b,\"forbidden\r\nx\"\r\n3,c,d,e\r\n4,e,\"f\"\"\""
        let judgement = try Judge(bench.request(text, name: "rows.csv")).run()
        #expect(judgement.report.counts.quarantined == 2)
        #expect(judgement.report.dataset.format == "csv")
        #expect(judgement.report.dataset.columns == ["", "prompt", "completion"])
        #expect(judgement.report.dataset.columnNames == ["prompt": "question"])
        try record(judgement, bench)
        // Not as a text, which Foundation reads without its byte order mark.
        let cleared = try Data(contentsOf: URL(fileURLWithPath: bench.folder.file("out/cleared.csv")))
        #expect(cleared == Data("\u{FEFF}id,question,completion\r\n1,a,fine\r\n4,e,\"f\"\"\"".utf8))
        let output = try ScanOutput(bench.folder.file("out"))
        let turns = try output.turns(ofLines: [2, 3, 5], datasetPath: nil)
        #expect(turns[2]?.map(\.text) == ["a", "fine"])
        #expect(turns[3]?.map(\.text) == ["b", "forbidden\r\nx"])
        #expect(turns[5]?.map(\.text) == ["e", "f\""])
        #expect(try output.turns(ofLines: [3], datasetPath: bench.folder.file("rows.csv")) == [3: turns[3] ?? []])
    }

    @Test("An array is split into an array")
    func array() throws {
        let bench = try bench()
        let rows = ["fine", "forbidden", "good"].map { #"{ "prompt": "a", "completion": "\#($0)" }"# }
        let judgement = try Judge(bench.request("[\n \(rows.joined(separator: ",\n "))\n]\n", name: "rows.json")).run()
        try record(judgement, bench)
        #expect(try bench.read("out/cleared.json") == "[\n\(rows[0]),\n\(rows[2])\n]\n")
        let row = try ReportJSON.decode(QuarantineRow.self, from: Array(try bench.read("out/quarantine.jsonl").utf8))
        #expect(row.row == rows[1])
        #expect(row.line == 2)
    }

    @Test("The rejected side is judged for patterns, by itself")
    func rejectedSide() throws {
        let bench = try bench()
        let rows = [("yes", "forbidden"), ("forbidden", "no"), ("forbidden", "forbidden"), ("yes", "no")].map {
            #"{"prompt":"q","chosen":"\#($0.0)","rejected":"\#($0.1)"}"# + "\n"
        }
        let judgement = try Judge(bench.request(rows.joined() + #"{"prompt":"forbidden","chosen":"a","rejected":"b"}"#))
            .run()
        let details = judgement.report.rows.map { $0.findings.map(\.detail) }
        #expect(details.map(\.count) == [1, 1, 1, 0, 1])
        #expect(details[0].first?.hasPrefix("rejected side by itself: 1 match") == true)
        #expect(details[1].first?.hasPrefix("1 match") == true)
        #expect(judgement.clearedLines.map(\.line) == [4])
    }

    @Test("The model judges the rejected side only where the policy says so", arguments: ["patterns", "all"])
    func model(setting: String) throws {
        let bench = try Bench(dataset: "dataset: { judge_rejected: \(setting) }")
        let rows = (0..<12).map { #"{"prompt":"sum \#($0)","chosen":"four","rejected":"no one \#($0)"}"# + "\n" }
        var request = try bench.request(rows.joined())
        request.policy.forgetFilter?.settings.threshold = -100
        let judgement = try Judge(request).run()
        let found = judgement.report.rows.map { $0.findings.map(\.detail) }
        #expect(found.allSatisfy { $0.count == (setting == "all" ? 2 : 1) })
        #expect(found.allSatisfy { $0.filter { $0.hasPrefix("rejected side: ") }.count == (setting == "all" ? 1 : 0) })
        #expect(judgement.scores.keys.sorted() == Array(1...12))
    }

    @Test("An image is removed or flagged as the policy says", arguments: ["quarantine", "flag"])
    func otherContent(action: String) throws {
        let bench = try bench("{ other_content: \(action) }")
        let image = #"{"type":"image_url","image_url":{"url":"data:"}}"#
        let row = #"{"messages":[{"role":"user","content":[\#(image)]},{"role":"assistant","content":"a"}]}"#
        let plain = #"{"messages":[{"role":"user","content":"b"},{"role":"assistant","content":"a"}]}"#
        let judgement = try Judge(bench.request("\(row)\n\(plain)\n")).run()
        #expect(judgement.report.counts.malformed == 0)
        #expect(judgement.report.counts.quarantined == (action == "flag" ? 0 : 1))
        #expect(judgement.report.counts.flagged == (action == "flag" ? 1 : 0))
    }
}
