import ArgumentParser
import Datasets
import Moderation
import Policies

/// Measures reading, and the pattern rules.
struct ReadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Measures reading and hashing a dataset, and the same with a policy's pattern rules, in bytes.",
        discussion: "One thread, nothing recorded: what `lethe scan` does besides is its audit log and its output.")

    @Option(help: "A policy.")
    var policy: String

    @Argument(help: "A dataset.")
    var dataset: String

    func run() throws {
        let policy = try PolicyLoader.load(policy)
        let reader = DatasetReader(limits: DatasetLimits())
        var bytes = 0
        let reading = try seconds { bytes = try reader.forEach(dataset) { _ in }.byteCount }
        Measurement(name: "read", amount: Double(bytes), seconds: reading).print()
        var findings = 0
        let judging = try seconds {
            _ = try reader.forEach(dataset) { findings += try policy.matcher?.findings(for: $0).count ?? 0 }
        }
        Measurement(name: "judge", amount: Double(bytes), seconds: judging).print()
        Measurement(name: "findings", amount: Double(findings), seconds: judging).print()
    }
}
