import ArgumentParser
import Pipeline
import Reports

/// Writes results of evaluations as tables.
struct TabulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tabulate",
        abstract: "Write results of `lethe evaluate --json` as Markdown tables.",
        discussion: """
            Results of one dataset, policy and reference set that differ in their seed are one line of a table: the \
            median of each figure, and its least and greatest value.

            EXAMPLES
              lethe tabulate results/*.json
              lethe tabulate results/*.json --fact "commit=$(git rev-parse HEAD)" >evaluation.md
            """
    )

    @Argument(help: "The results.", completion: .file(extensions: ["json"]))
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "Something to tell above the tables, such as the machine. May be given several times.",
            valueName: "name=text"))
    var fact: [Fact] = []

    /// Something about all results.
    struct Fact: ExpressibleByArgument {
        var name: String
        var text: String

        init?(argument: String) {
            guard let equals = argument.firstIndex(of: "=") else { return nil }
            name = String(argument[..<equals])
            text = String(argument[argument.index(after: equals)...])
        }
    }

    func run() throws {
        do {
            let reports = try files.map { try KeptEvaluation.read($0) }
            try Console.print(EvaluationSummary(reports, facts: fact.map { ($0.name, $0.text) }).markdown)
        } catch {
            throw Console.fail(error)
        }
    }
}
