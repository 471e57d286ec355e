import ArgumentParser
import ForgetFilter
import Foundation
import Pipeline
import Policies

/// What every command that judges a dataset takes.
struct JudgementOptions: ParsableArguments {
    @Option(help: "The policy; else LETHE_POLICY, ./policies/default.yaml, /etc/lethe/policies/default.yaml.")
    var policy: String?

    @Option(help: "The GGUF model; else the default model in LETHE_MODELS or ~/.cache/lethe/models.")
    var model: String?

    @Option(help: "Use this seed instead of the policy's.")
    var seed: UInt64?

    @Option(help: "Threads; all processors by default. Scores do not depend on it.")
    var threads: Int?

    @Flag(name: .customLong("no-cache"), help: "Neither use nor keep the features of the policy's own rows.")
    var noCache = false

    @Flag(help: "Print one JSON document on standard output and nothing else.")
    var json = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads takes 1 to 1024.") }
    }

    /// Loads the policy and makes the request for a dataset.
    func request(dataset: String, reference: String?) throws -> JudgementRequest {
        let environment = ProcessInfo.processInfo.environment
        let path = try PolicyLocation.resolve(option: policy, environment: environment) {
            FileManager.default.fileExists(atPath: $0)
        }
        var policy = try PolicyLoader.load(path)
        if let seed { policy.forgetFilter?.settings.seed = seed }
        var request = JudgementRequest(
            datasetPath: dataset, policy: policy, referencePath: reference,
            modelPath: policy.forgetFilter == nil
                ? "" : try ModelLocation.resolve(option: model, environment: environment),
            threadCount: threads)
        if !noCache { request.featureFolder = FeatureFolder.path(environment: environment) }
        return request
    }

    /// Judges on a thread of its own, with progress and a clean stop on SIGINT and SIGTERM.
    static func judge(_ request: JudgementRequest, _ interruption: Interruption) async throws -> Judgement {
        let display = ProgressDisplay()
        defer { display.finish() }
        return try await DedicatedThread.run(name: "lethe-judge") {
            let judge = Judge(
                request,
                progress: { progress in
                    try interruption.check()
                    display.show(progress)
                })
            return try judge.run()
        }
    }
}
