import Foundation
import TestSupport
import Testing

@Suite("The other commands")
struct CommandTests {
    @Test(
        "Every command has help that teaches",
        arguments: [
            ["--help"], ["scan", "--help"], ["evaluate", "--help"], ["tabulate", "--help"], ["audit", "--help"],
            ["audit", "list", "--help"],
            ["policy", "check", "--help"], ["model", "info", "--help"], ["model", "generate", "--help"],
        ])
    func help(arguments: [String]) throws {
        let outcome = try LetheProcess().start(arguments).finish()
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("EXAMPLES"))
    }

    @Test("evaluate prints the agreed keys, and exits 0 whatever they say")
    func evaluate() throws {
        let lethe = try LetheProcess()
        try FileManager.default.createDirectory(atPath: lethe.folder.file("set"), withIntermediateDirectories: true)
        try lethe.folder.write(
            LetheProcess.rows(12, ask: "who", answer: "the old one") + LetheProcess.rows(12, ask: "sum", answer: "4"),
            to: "set/dataset.jsonl")
        try lethe.folder.write(LetheProcess.rows(60, ask: "who", answer: "no one"), to: "set/reference.jsonl")
        let labels = (1...24).map { #"{"line":\#($0),"label":"\#($0 <= 12 ? "unsafe" : "benign")","source":"s"}"# }
        try lethe.folder.write(labels.joined(separator: "\n"), to: "set/labels.jsonl")
        let outcome = try lethe.run("evaluate", lethe.folder.file("set"), "--json")
        #expect(outcome.status == 0)
        let report = try outcome.json()
        for key in [
            "auroc", "auroc_vs_benign", "recall", "f1", "false_positive_rate", "rows", "reference_rows",
            "seconds", "peak_mib", "stages",
        ] {
            #expect(report[key] != nil, "\(key)")
        }
        #expect(report["rows"] as? Int == 24 && report["reference_rows"] as? Int == 60)
        #expect(!FileManager.default.fileExists(atPath: lethe.folder.file("audit.sqlite")))
        let missing = try lethe.run("evaluate", lethe.folder.path)
        #expect(missing.status == 3)
    }

    @Test("policy check tells line, column and the nearest key, with exit code 3")
    func policyCheck() throws {
        let lethe = try LetheProcess()
        let bad = try lethe.folder.write("name: x\nversion: 1\nrulse: []\n", to: "bad.yaml")
        let outcome = try lethe.run("policy", "check", lethe.folder.file("policy.yaml"), bad)
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("bad.yaml:3:1") && outcome.errors.contains("`rules`"))
        #expect(outcome.output.contains("policy.yaml"))
        let shipped = LetheProcess.root + "/policies/default.yaml"
        #expect(try lethe.run("policy", "check", shipped).status == 0)
    }

    @Test("A missing model is an error that tells how to fetch it")
    func missingModel() throws {
        let lethe = try LetheProcess()
        try FileManager.default.removeItem(atPath: lethe.folder.file("models"))
        let outcome = try lethe.run("model", "info")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("make setup"))
    }

    @Test("model info and model generate run")
    func model() throws {
        let lethe = try LetheProcess()
        let info = try lethe.run("model", "info", "--json")
        #expect(try info.json()["architecture"] as? String == "llama")
        let text = try lethe.run("model", "generate", "--prompt", "hello", "--tokens", "4")
        #expect(text.status == 0)
        #expect(text.output.hasSuffix("\n"))
    }
}
