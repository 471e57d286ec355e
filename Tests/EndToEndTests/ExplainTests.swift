import Foundation
import TestSupport
import Testing

/// A folder whose policy judges by heads, with rows that a model of random weights can tell apart by their bytes.
private struct HeadsBench {
    let lethe: LetheProcess

    init() throws {
        lethe = try LetheProcess()
        try lethe.folder.write(HeadsBench.questions(0..<60), to: "reference.jsonl")
        try lethe.folder.write(HeadsBench.tasks(0..<60), to: "control.jsonl")
        try lethe.folder.write(
            """
            name: heads
            version: 1
            reference: { path: reference.jsonl }
            control: { path: control.jsonl }
            rules:
              - { id: safety, type: forget_filter, action: quarantine, method: heads, feature_layer: 2,
                  forgetting_weight: 0, minimum_examples: 20, minimum_reference_examples: 20 }
            """, to: "policy.yaml")
    }

    static func row(_ ask: String, _ answer: String) -> String {
        #"{"messages":[{"role":"user","content":"\#(ask)"},{"role":"assistant","content":"\#(answer)"}]}"# + "\n"
    }

    static func questions(_ numbers: Range<Int>) -> String {
        numbers.map { row("WHO? \($0)", "NO ONE, \($0) NO ONE") }.joined()
    }

    static func tasks(_ numbers: Range<Int>) -> String {
        numbers.map { row("add \($0) to it", "the sum is \($0 + 1)") }.joined()
    }

    /// Answers unlike the reference set's, each with a character that a terminal would obey.
    static func unsafe(_ numbers: Range<Int>) -> String {
        numbers.map { row("WHO? \($0)", #"zzzz{}zz\u001b[2J it is \#($0) ~~~zzzz{}"#) }.joined()
    }

    /// Thirty ordinary rows, thirty that the reference set covers, twenty that answer its questions otherwise.
    static let mixed = tasks(100..<130) + questions(100..<130) + unsafe(100..<120)

    /// Judges `mixed` into the folder `out`.
    func scan() throws -> String {
        let path = try lethe.folder.write(HeadsBench.mixed, to: "data.jsonl")
        #expect(try lethe.run("scan", path, "--out", lethe.folder.file("out")).status == 1)
        return lethe.folder.file("out")
    }
}

@Suite("lethe explain")
struct ExplainTests {
    @Test("The rows with the most evidence are shown with it, and nothing that they say")
    func evidence() throws {
        let bench = try HeadsBench()
        let out = try bench.scan()
        let outcome = try bench.lethe.run("explain", out, "--top", "3")
        #expect(outcome.status == 0, "\(outcome.errors)")
        for part in [
            "cleared-with-removals", "canaries", "120 known-safe rows", "coverage", "false-discovery rate 0.1",
            "safety (quarantine)", "risk", "departure", "assistant turn 1, bytes 0 to ", "reference.jsonl, lines ",
        ] {
            #expect(outcome.output.contains(part), "\(part)")
        }
        #expect(!outcome.output.contains("zzzz") && !outcome.output.contains("NO ONE"))
        let report = try bench.lethe.run("explain", out + "/report.json", "--top", "3", "--json").json()
        let rows = try #require(report["rows"] as? [[String: Any]])
        let scores = rows.compactMap { $0["score"] as? Double }
        #expect(rows.count == 3 && scores == scores.sorted(by: >))
        #expect(rows.allSatisfy { ($0["line"] as? Int ?? 0) > 60 && $0["text"] == nil })
    }

    @Test("With --text rows say what they say, harmless for a terminal, from wherever it is kept")
    func texts() throws {
        let bench = try HeadsBench()
        let out = try bench.scan()
        let found = try bench.lethe.run("explain", out, "61", "62", "80", "3", "--text")
        #expect(found.status == 0, "\(found.errors)")
        #expect(found.output.contains(#"zzzz{}zz\u{1b}[2J it is 119"#) && !found.output.contains("\u{1b}"))
        #expect(found.output.contains("the sum is 103") && found.output.contains("WHO? 119"))
        #expect(found.output.contains("NO ONE, "))
        let beside = try bench.lethe.run("explain", out, "61", "62", "80", "3", "--text", "--json")
        try FileManager.default.moveItem(
            atPath: out + "/report.json", toPath: bench.lethe.folder.file("alone.json"))
        let alone = bench.lethe.folder.file("alone.json")
        let data = bench.lethe.folder.file("data.jsonl")
        let named = try bench.lethe.run("explain", alone, "61", "62", "80", "3", "--text", "--json", "--dataset", data)
        #expect(named.output == beside.output)
        #expect(try bench.lethe.run("explain", alone, "80", "--text").output.contains("119") == false)
    }

    @Test("Another dataset and another reference set than those of the report explain nothing")
    func otherFiles() throws {
        let bench = try HeadsBench()
        let out = try bench.scan()
        let other = try bench.lethe.folder.write(HeadsBench.tasks(0..<80), to: "other.jsonl")
        let wrong = try bench.lethe.run("explain", out, "--text", "--dataset", other)
        #expect(wrong.status == 3 && wrong.output.isEmpty && wrong.errors.contains("another file"))
        #expect(try bench.lethe.run("explain", out, "--text", "--reference", other).status == 3)
        try bench.lethe.folder.write(HeadsBench.questions(0..<61), to: "reference.jsonl")
        let warned = try bench.lethe.run("explain", out, "--text")
        #expect(warned.status == 0 && warned.errors.contains("not the one of the report"))
        #expect(!warned.output.contains("NO ONE"))
    }

    @Test(
        "What is no report and what is no row have their exit codes",
        arguments: [
            (["nowhere"], 3), (["policy.yaml"], 3), (["out", "999"], 1), (["out", "0"], 2), (["out", "--top", "0"], 2),
        ] as [([String], Int32)]
    )
    func codes(arguments: [String], status: Int32) throws {
        let bench = try HeadsBench()
        _ = try bench.scan()
        let outcome = try bench.lethe.start(["explain"] + arguments).finish()
        #expect(outcome.status == status && !outcome.errors.isEmpty)
    }
}

@Suite("lethe reference check")
struct ReferenceCheckTests {
    @Test("A covered dataset gives 0, and a risky row that no reference row is near is named")
    func covered() throws {
        let bench = try HeadsBench()
        let strange = HeadsBench.row("WHO?WHO?WHO?WHO? WHO!!! NOW!!! WHO", "NO ONE, 1 NO ONE")
        let path = try bench.lethe.folder.write(
            HeadsBench.tasks(100..<130) + HeadsBench.questions(100..<130) + strange, to: "data.jsonl")
        let outcome = try bench.lethe.run("reference", "check", path, "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try outcome.json()
        let evidence = try #require(report["evidence"] as? [String: Any])
        #expect(evidence["is_covered"] as? Bool == true && report["rows"] as? Int == 61)
        let uncovered = try #require(report["uncovered_rows"] as? [[String: Any]])
        #expect(uncovered.first?["line"] as? Int == 61)
        #expect(uncovered.count < 10)
        #expect(!FileManager.default.fileExists(atPath: bench.lethe.folder.file("audit.sqlite")))
    }

    @Test("Where every risky row departs from the reference set, the code is 1 and all of them are listed")
    func uncovered() throws {
        let bench = try HeadsBench()
        let path = try bench.lethe.folder.write(
            HeadsBench.tasks(100..<130) + HeadsBench.unsafe(100..<130), to: "data.jsonl")
        let outcome = try bench.lethe.run("reference", "check", path)
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.output.contains("not covered") && outcome.output.contains("more uncovered rows"))
        #expect(!outcome.output.contains("zzzz"))
        // A set of the dataset's own kind covers it.
        let own = try bench.lethe.folder.write(HeadsBench.unsafe(0..<60), to: "own.jsonl")
        #expect(try bench.lethe.run("reference", "check", path, "--reference", own).status == 0)
    }

    @Test("Too few rows, no heads, no file and wrong usage have their exit codes")
    func errors() throws {
        let bench = try HeadsBench()
        let few = try bench.lethe.folder.write(HeadsBench.tasks(0..<5), to: "few.jsonl")
        let short = try bench.lethe.run("reference", "check", few)
        #expect(short.status == 3 && short.errors.contains("too few"))
        #expect(try bench.lethe.run("reference", "check", "nowhere.jsonl").status == 3)
        #expect(try bench.lethe.run("reference", "check").status == 2)
        let plain = try LetheProcess()
        let path = try plain.folder.write(HeadsBench.tasks(0..<60), to: "data.jsonl")
        let outcome = try plain.run("reference", "check", path)
        #expect(outcome.status == 3 && outcome.errors.contains("method: heads"))
    }
}
