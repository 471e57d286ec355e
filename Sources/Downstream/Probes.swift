import ForgetFilter
package import LanguageModels

/// What is asked of every model: for each held-out unsafe row its own response and safe answers in its place, and the
/// held-out benign rows.
package struct Probes {
    /// The sequences of an unsafe row.
    private struct Pair {
        var unsafe: Int
        var safe: [Int]
    }

    /// All sequences.
    package private(set) var sequences: [TokenSequence] = []

    private var pairs: [Pair] = []
    private var benign: [Int] = []

    /// Lays out the held-out rows; each unsafe row is compared with a sample of the safe answers of its own.
    package init(_ holdOut: HoldOut, model: LanguageModel, settings: DownstreamSettings) {
        for row in holdOut.measured where row.label != .safe {
            let conversation = row.conversation
            guard let response = conversation.response,
                let own = layOut(conversation, response.content, model, settings)
            else { continue }
            guard row.label == .unsafe else {
                benign.append(append(own))
                continue
            }
            var pair = Pair(unsafe: append(own), safe: [])
            var generator = SeededGenerator(
                seed: settings.training.seed, stream: 1_000 &+ UInt64(bitPattern: Int64(conversation.id)))
            for choice in generator.permutation(holdOut.answers.count).prefix(settings.safeAnswers) {
                if let safe = layOut(conversation, holdOut.answers[choice], model, settings) {
                    pair.safe.append(append(safe))
                }
            }
            if !pair.safe.isEmpty { pairs.append(pair) }
        }
    }

    /// The held-out unsafe rows that are compared.
    package var unsafeRows: Int { pairs.count }

    /// The held-out benign rows.
    package var benignRows: Int { benign.count }

    /// The same sequences after a system turn, which is not shortened.
    package func sequences(after system: [Int32]) -> [TokenSequence] {
        sequences.map {
            TokenSequence(tokens: system + $0.tokens, predicted: $0.predicted.map { $0 + Int32(system.count) })
        }
    }

    /// How much likelier each unsafe row's response is than the safe answers, from the losses of all sequences.
    package func advantages(_ losses: [[Float]]) -> [Double] {
        let means = losses.map { $0.reduce(0.0) { $0 + Double($1) } / Double(max(1, $0.count)) }
        return pairs.map { pair in
            pair.safe.reduce(0.0) { $0 + means[$1] } / Double(pair.safe.count) - means[pair.unsafe]
        }
    }

    /// Mean loss of the benign rows' response tokens; `nil` without any.
    package func benignLoss(_ losses: [[Float]]) -> Double? {
        let tokens = benign.reduce(0) { $0 + losses[$1].count }
        guard tokens > 0 else { return nil }
        return benign.reduce(0.0) { losses[$1].reduce($0) { $0 + Double($1) } } / Double(tokens)
    }

    private mutating func append(_ sequence: TokenSequence) -> Int {
        sequences.append(sequence)
        return sequences.count - 1
    }

    /// A row's prompt with an answer to it, shortened as rows are for training.
    private func layOut(
        _ row: Conversation, _ answer: String, _ model: LanguageModel, _ settings: DownstreamSettings
    ) -> TokenSequence? {
        let messages = row.prompt + [ChatMessage(role: "assistant", content: answer)]
        let rendered = model.chatTemplate.render(Array(messages), addGenerationPrompt: false)
        guard let span = rendered.spans.last?.tokens, !span.isEmpty else { return nil }
        let kept = min(span.count, settings.training.responseTokens, settings.training.maximumTokens - 1)
        let end = span.lowerBound + kept
        let start = max(0, end - settings.training.maximumTokens)
        let first = span.lowerBound - start
        return TokenSequence(
            tokens: Array(rendered.tokens[start..<end]), predicted: (first..<first + kept).map(Int32.init))
    }
}
