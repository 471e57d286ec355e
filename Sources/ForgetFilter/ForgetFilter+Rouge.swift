import LanguageModels

extension ForgetFilter {
    /// The paper's s: ROUGE-1 between greedy text and the row's own response, both cut at `responseTokens`.
    func rougeScores(
        _ adapted: AdaptedModel, _ custom: RowSequences, progress: (Int, Int) throws -> Void
    ) throws -> [Double] {
        let generator = try TextGenerator(
            adapted: adapted, longest: settings.maximumTokens + settings.responseTokens)
        let prompts = custom.sequences.map { Array($0.tokens.prefix(Int($0.predicted.first ?? 0))) }
        let generated = try generator.generate(
            prompts, maximumNewTokens: settings.responseTokens, stopTokens: model.chatTemplate.stopTokens,
            progress: progress)
        let scorer = try RougeScorer()
        return zip(custom.sequences, generated).map { sequence, tokens in
            let response = sequence.predicted.map { sequence.tokens[Int($0)] }
            return scorer.score(text(tokens), reference: text(response))
        }
    }

    private func text(_ tokens: [Int32]) -> String {
        model.tokenizer.decode(tokens, skippingControlTokens: true)
    }
}
