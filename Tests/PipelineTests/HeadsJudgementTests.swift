import Datasets
import Diagnostics
import ForgetFilter
import Foundation
import LanguageModels
import Moderation
import Pipeline
import Policies
import Reports
import TestSupport
import Testing

/// A bench whose policy judges by heads.
private struct HeadsBench {
    let bench: Bench

    init(seeds: String? = nil, whenUncovered: String = "flag") throws {
        bench = try Bench()
        try bench.folder.write(Self.rows(0..<60, "WHO?", "NO ONE,", "NO ONE"), to: "reference.jsonl")
        try bench.folder.write(Self.rows(0..<60, "add", "the sum is", "in all"), to: "control.jsonl")
        if let seeds { try bench.folder.write(seeds, to: "seeds.jsonl") }
        try bench.folder.write(
            """
            name: test
            version: 1
            reference: { path: reference.jsonl }
            control: { path: control.jsonl }
            \(seeds == nil ? "" : "seeds: { path: seeds.jsonl }")
            rules:
              - { id: safety, type: forget_filter, action: quarantine, method: heads, feature_layer: 2, minimum_examples: 20,
                  when_uncovered: \(whenUncovered) }
            """, to: "policy.yaml")
    }

    static func rows(_ numbers: Range<Int>, _ ask: String, _ before: String, _ after: String, label: String? = nil)
        -> String
    {
        let label = label.map { #","label":"\#($0)""# } ?? ""
        return numbers.map {
            #"{"messages":[{"role":"user","content":"\#(ask) \#($0)"},"#
                + #"{"role":"assistant","content":"\#(before) \#($0) \#(after)"}]\#(label)}"# + "\n"
        }.joined()
    }

    /// Sixty rows like the known ones; then `unsafe` that answer the reference set's questions otherwise, at length and
    /// in characters of several bytes.
    static func dataset(unsafe: Int, safe: Int = 30) -> String {
        rows(100..<130, "add", "the sum is", "in all") + rows(100..<100 + safe, "WHO?", "NO ONE,", "NO ONE")
            + rows(100..<100 + unsafe, "WHO?", String(repeating: "zzzz{}zz ~é~ ", count: 9), "~~~zzzz{}")
    }

    static let seeds = rows(0..<20, "WHO?", "zz{}z it was", "~~zz{}z", label: "unsafe")

    /// - Parameter path: where features are kept.
    func judge(_ contents: String, features path: String? = nil, threads: Int = 2) throws -> Judgement {
        var request = try bench.request(contents)
        request.featureFolder = path
        request.threadCount = threads
        return try Judge(request).run()
    }
}

@Suite("Judging by heads")
struct HeadsJudgementTests {
    @Test(
        "A seed without a label that can be read is refused, with its line",
        arguments: [
            #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
            #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"label":"harmful"}"#,
            #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"label":"Unsafe"}"#,
            #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"label":1}"#,
            #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"label":null}"#,
            "{oops",
        ])
    func seedWithoutLabel(line: String) throws {
        let two = HeadsBench.rows(0..<2, "WHO?", "zz", "zz", label: "safe")
        let bench = try HeadsBench(seeds: two + line + "\n" + HeadsBench.seeds)
        let error = #expect(throws: PipelineError.self) { try bench.judge(HeadsBench.dataset(unsafe: 0)) }
        #expect(error?.code == .referenceUnusable && error?.location?.line == 3 && error?.remedy != nil)
        #expect(error?.location?.path.hasSuffix("seeds.jsonl") == true)
        #expect(error?.message.contains("line 3") == true)
    }

    @Test("A seeds file that is not there is refused")
    func missingSeeds() throws {
        let bench = try HeadsBench(seeds: HeadsBench.seeds)
        try FileManager.default.removeItem(atPath: bench.bench.folder.file("seeds.jsonl"))
        let error = #expect(throws: PipelineError.self) { try bench.judge(HeadsBench.dataset(unsafe: 0)) }
        #expect(error?.code == .referenceUnusable)
    }

    @Test("The report names the seeds by their hash, and what the evidence rests on")
    func basis() throws {
        let report = try HeadsBench(seeds: HeadsBench.seeds).judge(HeadsBench.dataset(unsafe: 12)).report
        #expect(report.seeds?.name == "seeds.jsonl" && report.seeds?.sha256.count == 64)
        #expect(report.evidence?.canaries == 120 && report.background == nil)
        #expect(try HeadsBench().judge(HeadsBench.dataset(unsafe: 0)).report.seeds == nil)
    }

    @Test("Each finding carries evidence, and its bytes lie in the turn's text")
    func evidence() throws {
        let judgement = try HeadsBench(seeds: HeadsBench.seeds).judge(HeadsBench.dataset(unsafe: 12))
        let found = judgement.report.rows.filter { $0.findings.contains { $0.rule == "safety" } }
        #expect(found.count >= 3)
        for row in found {
            let finding = try #require(row.findings.first)
            let evidence = try #require(finding.evidence)
            let example = try #require(judgement.dataset.examples.first { $0.line == row.line })
            let turns = example.turns.filter { $0.role == .assistant }
            let text = Array(
                try #require(turns.indices.contains(evidence.turn - 1) ? turns[evidence.turn - 1] : nil).text.utf8)
            #expect(0 <= evidence.textStart && evidence.textStart < evidence.textEnd)
            // The tiny model's tokens are bytes, and the end of the turn is one more: these are the windows' bounds.
            let count = max(1, (text.count + 1 + 32) / 64)
            let bounds = (0...count).map { min(text.count, (text.count + 1) * $0 / count) }
            #expect(zip(bounds, bounds.dropFirst()).contains { $0 == evidence.textStart && $1 == evidence.textEnd })
            #expect(evidence.pValue > 0 && evidence.pValue <= 1)
            #expect((0...1).contains(evidence.localFalseDiscoveryRate))
            #expect((0...1).contains(evidence.risk) && (0...1).contains(evidence.departure))
            #expect(evidence.nearestReferenceLines.count == 3)
            #expect(evidence.nearestReferenceLines.allSatisfy { (1...60).contains($0) })
            #expect(finding.score == judgement.scores[row.line])
            #expect(try #require(finding.threshold) <= #require(finding.score))
            // No finding repeats what the customer wrote.
            #expect(!finding.detail.contains("zzz") && !finding.detail.contains("WHO"))
        }
    }

    @Test("A dataset that is not covered is deferred or flagged, as the policy says", arguments: ["defer", "flag"])
    func uncovered(choice: String) throws {
        let judgement = try HeadsBench(whenUncovered: choice).judge(HeadsBench.dataset(unsafe: 40, safe: 0))
        #expect(judgement.report.evidence?.isCovered == false)
        #expect(judgement.report.reason?.contains("covers none") == true)
        #expect((judgement.report.verdict == .deferred) == (choice == "defer"))
        let findings = judgement.report.rows.flatMap(\.findings)
        #expect(findings.count >= 30 && findings.allSatisfy { $0.action == .flag && $0.threshold == nil })
        #expect(findings.allSatisfy { $0.evidence != nil })
    }

    @Test("Too few rows are deferred with the reason")
    func tooFew() throws {
        let judgement = try HeadsBench().judge(HeadsBench.rows(0..<19, "add", "the sum is", "in all"))
        #expect(judgement.report.verdict == .deferred && judgement.report.reason?.contains("19") == true)
        #expect(judgement.scores.isEmpty && judgement.report.evidence == nil)
    }
}

@Suite("Features kept between judgements")
struct FeatureFolderTests {
    private let text = HeadsBench.dataset(unsafe: 12)

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test("What was saved is loaded, and nothing else")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let cache = FeatureFolder.cache(folder.file("not/yet/there"))
        #expect(cache.load("a") == nil)
        cache.save("a", [1, 2, 3])
        #expect(cache.load("a") == [1, 2, 3] && cache.load("b") == nil)
        cache.save("a", [4])
        #expect(cache.load("a") == [4])
        #expect(try files(folder.file("not/yet/there")) == ["a"])
    }

    @Test("A damaged file counts as none", arguments: [0, 63, 64, 65, 66])
    func damaged(place: Int) throws {
        let folder = try TemporaryFolder()
        let cache = FeatureFolder.cache(folder.path)
        cache.save("a", [1, 2, 3])
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("a"))))
        #expect(bytes.count == 67)
        bytes[place] ^= 1
        try folder.write(bytes, to: "a")
        #expect(cache.load("a") == nil)
        bytes[place] ^= 1
        try folder.write(Array(bytes.prefix(place)), to: "a")
        #expect(cache.load("a") == nil)
        try folder.write(bytes + [0], to: "a")
        #expect(cache.load("a") == nil)
        try folder.write(bytes, to: "a")
        #expect(cache.load("a") == [1, 2, 3])
    }

    @Test("A folder that cannot be made is no error, and neither is one in a file's place")
    func unwritable() throws {
        let bench = try HeadsBench()
        let plain = try bench.judge(text)
        // Nobody, not even root, makes a folder under a file.
        let file = try bench.bench.folder.write("a file", to: "occupied")
        for path in [file, file + "/below", "/dev/null/features"] {
            let cache = FeatureFolder.cache(path)
            cache.save("a", [1])
            #expect(cache.load("a") == nil)
            #expect(try bench.judge(text, features: path).scores == plain.scores)
        }
        #expect(try bench.bench.read("occupied") == "a file")
    }

    @Test("A second judgement reads the known rows' features and gives identical scores")
    func second() throws {
        let bench = try HeadsBench(seeds: HeadsBench.seeds)
        let folder = bench.bench.folder.file("features")
        let plain = try bench.judge(text)
        let first = try bench.judge(text, features: folder)
        // Reference, control and unsafe seeds, and the adapters that learnt them; nothing of the customer's is ever kept.
        let kept = try files(folder)
        #expect(kept.count == 4)
        let second = try bench.judge(text, features: folder, threads: 1)
        #expect(first.scores == plain.scores && second.scores == plain.scores)
        #expect(second.report.rows == plain.report.rows)
        #expect(try #require(second.report.stages.first).tokens < #require(first.report.stages.first).tokens)
        // A damaged file is computed anew and mended.
        let path = folder + "/" + kept[1]
        let good = try Data(contentsOf: URL(fileURLWithPath: path))
        try good.dropLast(4).write(to: URL(fileURLWithPath: path))
        #expect(try bench.judge(text, features: folder).scores == plain.scores)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == good)
    }

    @Test("Another reference set has features of its own")
    func otherSet() throws {
        let bench = try HeadsBench()
        let folder = bench.bench.folder.file("features")
        _ = try bench.judge(text, features: folder)
        let before = Set(try files(folder))
        try bench.bench.folder.write(
            HeadsBench.rows(10..<70, "WHO?", "NO ONE,", "NO ONE"), to: "reference.jsonl")
        let changed = try bench.judge(text, features: folder)
        // The set's features, and the adapters that learnt it.
        #expect(Set(try files(folder)).subtracting(before).count == 2)
        #expect(try bench.judge(text).scores == changed.scores)
    }

    @Test(
        "Its place follows the XDG base directory specification",
        arguments: [
            (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/lethe/features"),
            (["XDG_CACHE_HOME": "", "HOME": "/h"], "/h/.cache/lethe/features"),
            (["HOME": "/h"], "/h/.cache/lethe/features"),
        ])
    func place(environment: [String: String], path: String) {
        #expect(FeatureFolder.path(environment: environment) == path)
    }
}
