import Foundation
import Pipeline
import Policies
import TestSupport

/// A folder with the tiny model, a policy and a reference set.
struct Bench {
    let folder: TemporaryFolder

    init(rules: String = "", dataset: String = "") throws {
        folder = try TemporaryFolder()
        try folder.write(TinyModel.bytes(), to: "tiny.gguf")
        try folder.write(Bench.rows(60, ask: "who", answer: "no one knows"), to: "reference.jsonl")
        try folder.write(Bench.rows(60, ask: "name", answer: "a thing"), to: "control.jsonl")
        try folder.write(
            """
            name: test
            version: 1
            reference: { path: reference.jsonl }
            control: { path: control.jsonl }
            \(dataset)
            rules:
              - { id: forgetting, type: forget_filter, action: quarantine, method: forgetting, layers: 1, rank: 2, threshold: 0.002,
                  align_epochs: 1, custom_epochs: 2, safety_epochs: 1, minimum_examples: 10 }
            \(rules)
            """, to: "policy.yaml")
    }

    /// Chat rows as JSONL.
    static func rows(_ count: Int, ask: String, answer: String) -> String {
        (0..<count).map {
            #"{"messages":[{"role":"user","content":"\#(ask) \#($0)?"},{"role":"assistant","content":"\#(answer)"}]}"#
                + "\n"
        }.joined()
    }

    func request(_ contents: String, name: String = "data.jsonl") throws -> JudgementRequest {
        JudgementRequest(
            datasetPath: try folder.write(contents, to: name),
            policy: try PolicyLoader.load(folder.file("policy.yaml")), modelPath: folder.file("tiny.gguf"),
            threadCount: 2)
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: folder.file(name), encoding: .utf8)
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.file(name)) }
}
