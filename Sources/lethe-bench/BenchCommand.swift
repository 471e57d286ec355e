import ArgumentParser

/// `lethe-bench`: measures parts of Lethe that no command shows by themselves; `make bench` runs it beside its peers.
@main
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lethe-bench",
        abstract: "Measures the engine's parts, one line of JSON each.",
        subcommands: [MultiplyCommand.self, EngineCommand.self, TokenizeCommand.self, ReadCommand.self])
}

/// What a measurement gives: how much was done in how many seconds.
struct Measurement: Encodable {
    /// What was measured.
    var name: String

    /// How much of it was done: tokens, bytes or floating-point operations.
    var amount: Double

    /// Wall time.
    var seconds: Double

    /// Prints it as one line of JSON.
    func print() {
        Swift.print(#"{"name":"\#(name)","amount":\#(amount),"seconds":\#(seconds)}"#)
    }
}

/// Runs `work` and tells how long it took.
func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    let elapsed = ContinuousClock.now - start
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
}
