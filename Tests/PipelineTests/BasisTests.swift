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

@Suite("What decides a verdict beside the bytes")
struct BasisTests {
    private let rules = "  - { id: words, type: pattern, action: quarantine, patterns: [ { word: forbidden } ] }"

    private func fingerprint(_ bench: Bench, _ hashes: FileHashes = FileHashes()) throws -> String {
        try JudgementBasis.fingerprint(
            policy: PolicyLoader.load(bench.folder.file("policy.yaml")), modelPath: bench.folder.file("tiny.gguf"),
            hashes: hashes)
    }

    @Test(
        "It is the same for the same files, and another as soon as one of them is",
        arguments: [
            "policy.yaml", "reference.jsonl", "tiny.gguf",
        ])
    func changes(_ name: String) throws {
        let bench = try Bench()
        let hashes = FileHashes()
        let before = try fingerprint(bench, hashes)
        #expect(before.utf8.count == 64)
        #expect(try fingerprint(bench, hashes) == before && fingerprint(bench) == before)
        try AtomicFile.write(InputFile.contents(of: bench.folder.file(name)) + [0x0A], to: bench.folder.file(name))
        // Neither does a memory of hashes hide it.
        #expect(try fingerprint(bench, hashes) != before)
    }

    @Test("The control set counts only where it is used")
    func control() throws {
        let bench = try Bench()
        let policy = try PolicyLoader.load(bench.folder.file("policy.yaml"))
        func fingerprint(_ isUsed: Bool) throws -> String {
            var policy = policy
            policy.forgetFilter?.settings.controlSubtraction = isUsed
            return try JudgementBasis.fingerprint(
                policy: policy, modelPath: bench.folder.file("tiny.gguf"), hashes: FileHashes())
        }
        let (used, unused) = (try fingerprint(true), try fingerprint(false))
        #expect(used != unused)
        try bench.folder.write(Bench.rows(61, ask: "name", answer: "a thing"), to: "control.jsonl")
        #expect(try fingerprint(true) != used && fingerprint(false) == unused)
    }

    @Test("Without a ForgetFilter rule no model is needed")
    func patternsOnly() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("name: p\nversion: \"1\"\nrules:\n" + rules + "\n", to: "policy.yaml")
        let policy = try PolicyLoader.load(path)
        let one = try JudgementBasis.fingerprint(policy: policy, modelPath: "", hashes: FileHashes())
        #expect(try JudgementBasis.fingerprint(policy: policy, modelPath: "/nowhere", hashes: FileHashes()) == one)
    }

    @Test("A model that is not there is an error")
    func missing() throws {
        let bench = try Bench()
        #expect {
            _ = try JudgementBasis.fingerprint(
                policy: PolicyLoader.load(bench.folder.file("policy.yaml")), modelPath: bench.folder.file("gone"),
                hashes: FileHashes())
        } throws: {
            ($0 as? StorageError)?.code == .notFound
        }
    }
}

@Suite("A policy that only watches, and judgements that are used again")
struct ShadowTests {
    private let words = "  - { id: words, type: pattern, action: quarantine, patterns: [ { word: forbidden } ] }"
    private let bad = #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"forbidden"}]}"#

    /// A judgement under a policy of patterns.
    private func judge(_ mode: String, _ contents: String) throws -> (Judgement, TemporaryFolder) {
        let folder = try TemporaryFolder()
        let policy = try folder.write(
            "name: p\nversion: \"1\"\nmode: \(mode)\nrules:\n\(words)\n", to: "policy.yaml")
        let request = JudgementRequest(
            datasetPath: try folder.write(contents, to: "data.jsonl"), policy: try PolicyLoader.load(policy),
            modelPath: "")
        return (try Judge(request).run(), folder)
    }

    @Test("It flags what it would quarantine, and clears the row; what is no row is removed all the same")
    func shadow() throws {
        let contents = Bench.rows(3, ask: "sum", answer: "4") + bad + "\n{broken\n"
        let (enforced, _) = try judge("enforce", contents)
        let (watched, _) = try judge("shadow", contents)
        #expect(enforced.quarantinedLines.map(\.line) == [4, 5] && watched.quarantinedLines.map(\.line) == [5])
        #expect(watched.clearedLines.map(\.line) == [1, 2, 3, 4])
        let counts = watched.report.counts
        #expect(counts.rows == 5 && counts.accepted == 4 && counts.quarantined == 1 && counts.flagged == 1)
        let finding = try #require(watched.findings[4]?.first)
        let real = try #require(enforced.findings[4]?.first)
        #expect(finding.action == .flag && finding.rule == real.rule)
        #expect(finding.detail == "shadow: would be quarantined: " + real.detail)
        #expect(watched.findings[5]?.map(\.action) == [.quarantine])
    }

    @Test("It never rejects for what it would have quarantined")
    func neverRejects() throws {
        #expect(try judge("enforce", bad + "\n").0.report.verdict == .rejected)
        #expect(try judge("shadow", bad + "\n").0.report.verdict == .cleared)
        #expect(try judge("shadow", "{broken\n" + bad).0.report.verdict == .clearedWithRemovals)
    }

    @Test("A report that is used again gives the same rows, findings and records")
    func reusing() throws {
        let contents = Bench.rows(3, ask: "sum", answer: "4") + bad + "\n{broken\n"
        let (judgement, _) = try judge("enforce", contents)
        let bytes = try ReportJSON.encode(judgement.report)
        let again = Judgement(
            reusing: try ReportJSON.decode(ScanReport.self, from: bytes), dataset: judgement.dataset)
        #expect(again.report == judgement.report)
        #expect(again.clearedLines == judgement.clearedLines && again.quarantinedLines == judgement.quarantinedLines)
        for line in 1...5 {
            #expect(again.disposition(ofLine: line) == judgement.disposition(ofLine: line))
            #expect(again.findings[line]?.map(\.rule) == judgement.findings[line]?.map(\.rule))
            #expect(again.findings[line]?.map(\.detail) == judgement.findings[line]?.map(\.detail))
        }
        let hash = sha256(of: bytes)
        let records = try again.auditRecords(id: "x", customer: "acme", reportSHA256: hash, reusedFrom: "y")
        let fresh = try judgement.auditRecords(id: "x", customer: "acme", reportSHA256: hash, reusedFrom: "y")
        #expect(records.dataset == fresh.dataset && records.dataset.reusedFrom == "y")
        #expect(records.examples == fresh.examples)
    }

    @Test("The report itself is written the same after it was read")
    func sameBytes() throws {
        let bench = try Bench()
        let judgement = try Judge(try bench.request(Bench.rows(20, ask: "sum", answer: "4"))).run()
        let bytes = try ReportJSON.encode(judgement.report)
        #expect(try ReportJSON.encode(ReportJSON.decode(ScanReport.self, from: bytes)) == bytes)
    }
}
