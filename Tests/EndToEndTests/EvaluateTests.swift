import Foundation
import TestSupport
import Testing

@Suite("lethe evaluate and lethe tabulate")
struct EvaluateTests {
    private let lethe: LetheProcess

    init() throws {
        lethe = try LetheProcess()
        try FileManager.default.createDirectory(
            atPath: lethe.folder.file("sets/one"), withIntermediateDirectories: true)
        try lethe.folder.write(
            LetheProcess.rows(12, ask: "who", answer: "the old one") + LetheProcess.rows(12, ask: "sum", answer: "4"),
            to: "sets/one/dataset.jsonl")
        try lethe.folder.write(LetheProcess.rows(70, ask: "who", answer: "no one"), to: "sets/one/reference.jsonl")
        let labels = (1...24).map { #"{"line":\#($0),"label":"\#($0 <= 12 ? "unsafe" : "benign")","source":"s"}"# }
        try lethe.folder.write(labels.joined(separator: "\n"), to: "sets/one/labels.jsonl")
    }

    private func evaluate(_ more: String...) throws -> LetheProcess.Outcome {
        try lethe.start(["evaluate", lethe.folder.file("sets/one")] + more).finish()
    }

    /// Runs `scripts/evaluate` without the simpler methods in the test's folder, as in the project's own.
    private func script(_ sets: [String], folder: String = "sets", seeds: String = "0 1") throws -> LetheProcess.Outcome
    {
        let environment = lethe.environment.merging(
            ["LETHE_SETS": folder, "LETHE_SEEDS": seeds, "LETHE_BASELINES": "0"]) { $1 }
        return try RunningCommand(
            binary: "/usr/bin/env",
            arguments: ["bash", LetheProcess.root + "/scripts/evaluate", LetheProcess.binary] + sets,
            environment: environment, directory: lethe.folder.path
        ).finish()
    }

    @Test("--reference takes the folder's rows, the policy's, or a file", arguments: [("set", 70), ("policy", 60)])
    func reference(choice: String, rows: Int) throws {
        let report = try evaluate("--json", "--reference", choice).json()
        #expect(report["reference"] as? String == choice && report["reference_rows"] as? Int == rows)
        if choice == "set" {
            #expect(try evaluate("--json").json()["reference"] as? String == "set")
            let file = try evaluate("--json", "--reference", lethe.folder.file("control.jsonl")).json()
            #expect(file["reference"] as? String == "control.jsonl" && file["reference_rows"] as? Int == 60)
        }
    }

    @Test("--baselines and --scores add other methods, in the text too")
    func baselines() throws {
        let scores = (1...24).map { #"{"line":\#($0),"score":\#(-$0)}"# }.joined(separator: "\n")
        let path = try lethe.folder.write(scores, to: "scores.jsonl")
        let report = try evaluate("--json", "--baselines", "--scores", "order=\(path)").json()
        let baselines = try #require(report["baselines"] as? [[String: Any]])
        #expect(
            baselines.map { $0["name"] as? String } == [
                "bag-of-words", "bag-of-words-contrast", "tf-idf-similarity", "base-model-loss", "order",
            ])
        #expect(baselines.last?["auroc"] as? Double == 1 && baselines.last?["recall_at_fpr_01"] as? Double == 1)
        #expect(try evaluate("--scores", "order=\(path)").output.contains("order     1.0000"))
    }

    @Test("Scores that are missing or none are told before the judgement, with exit code 3")
    func unusableScores() throws {
        let missing = try evaluate("--scores", "x=none.jsonl")
        #expect(missing.status == 3 && missing.errors.contains("[scores-unusable]"))
        #expect(!missing.errors.contains("loading"))
        #expect(try evaluate("--scores", "none.jsonl").status == 2)
    }

    @Test("--results keeps a result and gives it again to the byte, until the labels change")
    func results() throws {
        let results = lethe.folder.file("kept")
        let first = try evaluate("--json", "--results", results)
        let again = try evaluate("--json", "--results", results)
        #expect(first.status == 0 && again.output == first.output && again.errors.contains("nothing has changed"))
        #expect(!again.errors.contains("loading"))
        let labels = (1...24).map { #"{"line":\#($0),"label":"benign","source":"s"}"# }
        try lethe.folder.write(labels.joined(separator: "\n"), to: "sets/one/labels.jsonl")
        #expect(try evaluate("--json", "--results", results).json()["unsafe_rows"] as? Int == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: results).count == 2)
    }

    @Test("tabulate writes results as Markdown, and refuses what is none with exit code 3")
    func tabulate() throws {
        let path = try lethe.folder.write(try evaluate("--json").output, to: "result.json")
        let outcome = try lethe.run("tabulate", path, "--fact", "commit=abc")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.contains("| commit | abc |\n") && outcome.output.contains("| one | 24, 12 |"))
        for bad in [lethe.folder.file("policy.yaml"), lethe.folder.file("none.json")] {
            let outcome = try lethe.run("tabulate", path, bad)
            #expect(outcome.status == 3 && outcome.output.isEmpty && outcome.errors.contains("[result-unusable]"))
        }
        #expect(try lethe.run("tabulate").status == 2)
    }

    @Test("make evaluate's script writes docs/evaluation.md, and a second run judges nothing anew")
    func evaluateScript() throws {
        let outcome = try script([])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let document = try String(contentsOfFile: lethe.folder.file("docs/evaluation.md"), encoding: .utf8)
        #expect(document.contains("## Policy `small`, reference rows of each set\n"))
        #expect(document.contains("## Policy `small`, the policy's own reference rows\n"))
        #expect(document.contains("seeds 0, 1.") && document.contains(#"| command | make evaluate SETS="one" |"#))
        let again = try script(["one", "two"], seeds: "0 1 2")
        #expect(again.status == 0 && again.errors.contains("sets/two is no labelled set: it is left out"))
        #expect(again.errors.components(separatedBy: "nothing has changed").count == 5)
        #expect(again.errors.components(separatedBy: "lethe: read ").count == 3)
    }

    @Test("Without the folder of sets the script says so in one line and succeeds")
    func evaluateScriptWithoutSets() throws {
        let outcome = try script([], folder: "nowhere")
        #expect(outcome.status == 0 && outcome.output.isEmpty)
        #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.errors.contains("no folder nowhere"))
        #expect(!FileManager.default.fileExists(atPath: lethe.folder.file("docs")))
    }
}
