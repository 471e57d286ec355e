import ArgumentParser
import Datasets
import ForgetFilter
import LanguageModels
import Moderation
import TensorKernels

/// Measures training steps and scoring at full depth.
struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Measures training steps and scoring through all layers, in tokens.",
        discussion: """
            The adapter is the one of the Python peer: rank 8 on the query and value projections of every layer. \
            Nothing is computed beforehand, so that both sides do the same work.
            """)

    @Option(help: "A model in GGUF.")
    var model: String

    @Option(help: "A dataset whose rows are learnt and scored.")
    var rows: String

    @Option(help: "Rows that are used, from the beginning.")
    var limit = 150

    @Option(help: "Rows of a training step.")
    var batch = 8

    @Option(help: "The longest row, in tokens.")
    var maximumTokens = 160

    @Option(help: "Threads.")
    var threads = 2

    func run() throws {
        let model = try LanguageModel(path: model)
        let pool = WorkerPool(threadCount: threads)
        var settings = ForgetFilterSettings()
        settings.maximumTokens = maximumTokens
        settings.responseTokens = maximumTokens
        let examples = try DatasetReader().read(rows).examples.prefix(limit)
        let conversations = examples.map { example in
            Conversation(
                id: example.line,
                messages: example.turns.map { ChatMessage(role: $0.role.rawValue, content: $0.text) })
        }
        let sequences = try RowSequences(conversations, model: model, settings: settings).sequences
        let prepared = try model.prepare(sequences, layersBelow: 0, pool: pool)
        let adapted = try AdaptedModel(
            model: model, adapters: AdapterConfiguration(rank: 8, alpha: 16, firstLayer: 0, maps: [.query, .value]),
            longest: maximumTokens, seed: 0, pool: pool)
        let tokens = Double(sequences.reduce(0) { $0 + $1.inputCount })
        // Rows of like length go together, as the peer has them.
        let order = sequences.indices.sorted { (sequences[$0].inputCount, $0) < (sequences[$1].inputCount, $1) }
        let batches = stride(from: 0, to: order.count, by: batch).map {
            Array(order[$0..<min(order.count, $0 + batch)])
        }
        let training = try seconds {
            try adapted.train(
                prepared, plan: TrainingPlan(batches: batches), optimizer: AdamW(learningRate: 2e-4))
        }
        Measurement(name: "train", amount: tokens, seconds: training).print()
        let scoring = try seconds { _ = try adapted.losses(prepared) }
        Measurement(name: "score", amount: tokens, seconds: scoring).print()
    }
}
