import ArgumentParser

/// Decides what a language model may learn from a customer's finetuning data.
@main
struct Lethe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lethe",
        abstract: "Decide what a language model may learn from a customer's finetuning data.",
        subcommands: []
    )
}
