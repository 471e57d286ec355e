package import LanguageModels
package import Moderation
package import TensorKernels

/// A baseline without finetuning: how surprised the language model is by what the row answers.
///
/// score = mean over the row's response tokens of −log P(token | everything before it), in nats a token, under the model
/// as it comes. All turns of the assistant count, end-of-turn tokens included.
package struct BaseModelLoss {
    private let model: LanguageModel
    private let pool: WorkerPool
    private let responseTokens: Int
    private let maximumTokens: Int

    /// Prepares the baseline.
    ///
    /// - Parameters:
    ///   - responseTokens: how many tokens of each turn count, from its first.
    ///   - maximumTokens: the longest sequence; what goes before a turn is shortened from its front to fit.
    package init(model: LanguageModel, pool: WorkerPool, responseTokens: Int, maximumTokens: Int) {
        self.model = model
        self.pool = pool
        self.responseTokens = responseTokens
        self.maximumTokens = maximumTokens
    }

    /// One score a row, higher for more surprising; 0 for a row whose answers have no token.
    ///
    /// - Parameter progress: told the tokens done; what it throws ends the computation.
    /// - Throws: what the language model threw.
    package func scores(_ rows: [Example], progress: ProgressHandler = { _, _ in }) throws -> [Double] {
        var sequences: [TokenSequence] = []
        var owners: [Int] = []
        for (row, example) in rows.enumerated() {
            for sequence in layOut(example) {
                sequences.append(sequence)
                owners.append(row)
            }
        }
        guard !sequences.isEmpty else { return rows.map { _ in 0 } }
        let lastLayer = model.configuration.blockCount - 1
        let prepared = try model.prepare(sequences, layersBelow: lastLayer, pool: pool, progress: progress)
        // Adapters start at zero: these change nothing.
        let adapted = try AdaptedModel(
            model: model, adapters: AdapterConfiguration(rank: 1, alpha: 1, firstLayer: lastLayer),
            longest: sequences.map(\.tokens.count).max() ?? 1, seed: 0, pool: pool)
        var sums = [Double](repeating: 0, count: rows.count)
        var counts = [Int](repeating: 0, count: rows.count)
        for (owner, losses) in zip(owners, try adapted.losses(prepared)) {
            sums[owner] += losses.reduce(0.0) { $0 + Double($1) }
            counts[owner] += losses.count
        }
        return zip(sums, counts).map { $0 / Double(max(1, $1)) }
    }

    private func layOut(_ example: Example) -> [TokenSequence] {
        let messages = example.turns.map { ChatMessage(role: $0.role.rawValue, content: $0.text) }
        let chat = model.chatTemplate.render(messages, addGenerationPrompt: false)
        return chat.spans.compactMap { span in
            guard !span.tokens.isEmpty else { return nil }
            let kept = min(span.tokens.count, responseTokens, maximumTokens - 1)
            let end = span.tokens.lowerBound + kept
            let start = max(0, end - maximumTokens)
            let first = span.tokens.lowerBound - start
            return TokenSequence(
                tokens: Array(chat.tokens[start..<end]), predicted: (first..<first + kept).map(Int32.init))
        }
    }
}
