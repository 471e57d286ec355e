import AuditLog
import Datasets
import ForgetFilter
import Foundation
import Moderation
import Pipeline
import Policies
import Reports
import Storage
import TestSupport
import Testing

@Suite("From a dataset to a verdict")
struct JudgementTests {
    private let literal = "  - { id: words, type: pattern, action: quarantine, patterns: [ { word: forbidden } ] }"
    private let note = "  - { id: note, type: pattern, action: flag, patterns: [ { word: notable } ] }"

    private func record(_ judgement: Judgement, _ bench: Bench) throws -> AppendedRecords {
        let audit = try AuditDatabase(path: bench.folder.file("audit.sqlite"))
        defer { try? audit.close() }
        return try JudgementRecorder(judgement, actor: "test").record(to: bench.folder.file("out"), audit: audit)
    }

    @Test("Every line is accepted byte for byte or quarantined with its reason")
    func split() throws {
        let bench = try Bench(rules: literal + "\n" + note)
        let ordinary = Bench.rows(20, ask: "sum", answer: "four")
        let odd =
            #"{ "id":7, "messages" : [{"role":"user","content":"a"},{"role":"assistant","content":"notable \u00e9"}]}"#
        let bad = #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"forbidden"}]}"#
        let text = ordinary + odd + "\r\n\n{broken\n" + bad
        var request = try bench.request(text)
        request.policy.forgetFilter?.settings.threshold = 100
        let judgement = try Judge(request).run()
        #expect(judgement.report.verdict == .clearedWithRemovals)
        #expect(judgement.report.counts.rows == 23)
        #expect(judgement.report.counts.quarantined == 2)
        #expect(judgement.report.counts.malformed == 1)
        #expect(judgement.report.counts.flagged == 1)
        let records = try record(judgement, bench)
        #expect(records.head.sequence - records.firstSequence == 23)
        #expect(try bench.read("out/cleared.jsonl") == ordinary + odd + "\r\n")
        let quarantined = try bench.read("out/quarantine.jsonl").split(separator: "\n").map {
            try ReportJSON.decode(QuarantineRow.self, from: Array($0.utf8))
        }
        #expect(quarantined.map(\.row) == ["{broken", bad])
        #expect(quarantined.map(\.line) == [23, 24])
        #expect(quarantined.map { $0.findings[0].rule } == ["dataset.invalid-json", "words"])
        let report = try ReportJSON.decode(ScanReport.self, from: Array(try bench.read("out/report.json").utf8))
        #expect(report == judgement.report)
        #expect(try AuditReader(path: bench.folder.file("audit.sqlite")).verify().failure == nil)
    }

    @Test("Rows above the threshold are findings with their numbers, and the verdict follows the limits")
    func forgetting() throws {
        let bench = try Bench(dataset: "dataset: { reject_when: { quarantined_fraction_above: 0.9 } }")
        let rows = Bench.rows(12, ask: "who", answer: "the old one") + Bench.rows(12, ask: "sum", answer: "4")
        var request = try bench.request(rows)
        let scores = try Judge(request).run().scores.values.sorted()
        request.policy.forgetFilter?.settings.threshold = scores[15]
        let judgement = try Judge(request).run()
        #expect(judgement.report.counts.quarantined == 8)
        #expect(judgement.report.verdict == .clearedWithRemovals)
        for row in judgement.report.rows where row.disposition == .quarantined {
            #expect(row.findings[0].rule == "forgetting")
            #expect((row.findings[0].score ?? 0) > scores[15])
        }
        request.policy.forgetFilter?.settings.threshold = scores[0]
        let rejected = try Judge(request).run()
        #expect(rejected.report.verdict == .rejected)
        #expect(rejected.clearedLines.isEmpty)
        request.policy.forgetFilter?.settings.threshold = scores[23]
        #expect(try Judge(request).run().report.verdict == .cleared)
    }

    @Test("A rejected or deferred dataset has no cleared file, not even an earlier run's")
    func nothingCleared() throws {
        let bench = try Bench(rules: literal)
        var request = try bench.request(Bench.rows(20, ask: "sum", answer: "4"))
        request.policy.forgetFilter?.settings.threshold = 100
        _ = try record(try Judge(request).run(), bench)
        #expect(bench.exists("out/cleared.jsonl"))
        let few = try Judge(try bench.request(Bench.rows(5, ask: "sum", answer: "4"))).run()
        #expect(few.report.verdict == .deferred)
        #expect(few.report.reason?.contains("5 rows") == true)
        _ = try record(few, bench)
        #expect(!bench.exists("out/cleared.jsonl"))
        request = try bench.request(Bench.rows(20, ask: "sum", answer: "forbidden"))
        let all = try Judge(request).run()
        #expect(all.report.verdict == .rejected)
        _ = try record(all, bench)
        #expect(!bench.exists("out/cleared.jsonl"))
        #expect(bench.exists("out/report.json"))
    }

    @Test("A dataset that changed after it was judged is not written and not recorded")
    func changedAfterwards() throws {
        let bench = try Bench()
        let judgement = try Judge(try bench.request(Bench.rows(20, ask: "sum", answer: "4"))).run()
        try bench.folder.write(Bench.rows(20, ask: "sum", answer: "5"), to: "data.jsonl")
        #expect { try record(judgement, bench) } throws: { ($0 as? DatasetError)?.code == .changedDuringRead }
        let left = try FileManager.default.contentsOfDirectory(atPath: bench.folder.file("out"))
        #expect(left.isEmpty)
        #expect(try AuditReader(path: bench.folder.file("audit.sqlite")).verify().intactCount == 0)
    }

    @Test("Nothing is left where the audit log cannot be written")
    func auditFails() throws {
        let bench = try Bench()
        let judgement = try Judge(try bench.request(Bench.rows(20, ask: "sum", answer: "4"))).run()
        let audit = try AuditDatabase(path: bench.folder.file("audit.sqlite"))
        try audit.close()
        #expect(throws: (any Error).self) {
            try JudgementRecorder(judgement, actor: "test").record(to: bench.folder.file("out"), audit: audit)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder.file("out")).isEmpty)
    }

    @Test("A reference set that is missing, broken or too small is an error, never a verdict")
    func unusableReference() throws {
        let bench = try Bench()
        let rows = Bench.rows(20, ask: "sum", answer: "4")
        for (name, contents) in [("broken", "{oops\n" + rows), ("empty", "")] {
            var request = try bench.request(rows)
            request.referencePath = try bench.folder.write(contents, to: name)
            #expect { try Judge(request).run() } throws: { ($0 as? PipelineError)?.code == .referenceUnusable }
        }
        var request = try bench.request(rows)
        request.referencePath = bench.folder.file("nowhere.jsonl")
        #expect { try Judge(request).run() } throws: { ($0 as? PipelineError)?.code == .referenceUnusable }
        request.referencePath = try bench.folder.write(rows, to: "small.jsonl")
        #expect { try Judge(request).run() } throws: { ($0 as? ForgetFilterError)?.code == .tooFewReferenceExamples }
    }

    @Test("The same dataset twice has the same scores to the last bit")
    func repeatable() throws {
        let bench = try Bench()
        let rows = Bench.rows(30, ask: "sum", answer: "4") + Bench.rows(30, ask: "who", answer: "him")
        let first = try Judge(try bench.request(rows)).run()
        var request = try bench.request(rows, name: "again.jsonl")
        request.threadCount = 1
        #expect(try Judge(request).run().scores == first.scores)
    }
}
