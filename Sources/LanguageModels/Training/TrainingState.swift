/// Everything that a training stage needs to go on after a step: adapters, and AdamW's moments.
package struct TrainingState: Sendable, Hashable {
    /// Steps that were made.
    package var step: Int

    /// The adapters' parameters.
    package var parameters: [Float]

    /// AdamW's first moments.
    package var firstMoments: [Float]

    /// AdamW's second moments.
    package var secondMoments: [Float]

    /// Creates a state.
    package init(step: Int, parameters: [Float], firstMoments: [Float], secondMoments: [Float]) {
        self.step = step
        self.parameters = parameters
        self.firstMoments = firstMoments
        self.secondMoments = secondMoments
    }
}
