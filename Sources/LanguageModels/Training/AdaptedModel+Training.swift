package import TensorKernels

/// The batches of a training stage, laid out before it begins.
package struct TrainingPlan: Sendable {
    /// Indices of the sequences of each step.
    package var batches: [[Int]]

    /// Creates a plan from given batches.
    package init(batches: [[Int]]) {
        self.batches = batches
    }

    /// Every sequence once an epoch, in an order drawn from `seed` and `stream`.
    package init(sequenceCount: Int, epochs: Int, batchRows: Int, seed: UInt64, stream: UInt64) {
        var generator = SeededGenerator(seed: seed, stream: stream)
        batches = []
        for _ in 0..<epochs {
            let order = generator.permutation(sequenceCount)
            for start in stride(from: 0, to: order.count, by: max(1, batchRows)) {
                batches.append(Array(order[start..<min(order.count, start + max(1, batchRows))]))
            }
        }
    }
}

/// What one training step did.
package struct TrainingStep: Sendable {
    /// The step's number, from 1.
    package var number: Int

    /// Mean loss of the predicted tokens before the update, in nats.
    package var loss: Double

    /// Euclidean norm of the whole gradient.
    package var gradientNorm: Double
}

extension AdaptedModel {
    /// Trains the adapters on a plan's batches with a fresh AdamW; the loss of a step is the mean over its predicted
    /// tokens.
    ///
    /// - Parameters:
    ///   - state: where an interrupted stage of the same plan stood; the steps before are left out, and the result is
    ///     the same to the last bit as without the interruption.
    ///   - onGradient: sees the summed gradient of each step before the update, for tests.
    ///   - progress: told each step that ended, with a closure that copies the state after it; what it throws ends the
    ///     stage between two steps.
    package func train(
        _ prepared: PreparedSequences, plan: TrainingPlan, optimizer: AdamW,
        from state: TrainingState? = nil, onGradient: (FloatBuffer) -> Void = { _ in },
        progress: (TrainingStep, () -> TrainingState) throws -> Void = { _, _ in }
    ) throws {
        let steps = plan.batches.map {
            Shard.balanced($0, of: prepared.sequences, count: AdaptedModel.shardsPerStep)
        }
        var capacity = ShardCapacity()
        for shard in steps.joined() { capacity.include(shard, headCount: model.configuration.headCount) }
        let workspaces = makeWorkspaces(capacity, training: true)
        let count = adapters.parameters.count
        let gradients = (0..<AdaptedModel.shardsPerStep).map { _ in FloatBuffer(count: count) }
        let firstMoments = state.map { FloatBuffer($0.firstMoments) } ?? FloatBuffer(count: count)
        let secondMoments = state.map { FloatBuffer($0.secondMoments) } ?? FloatBuffer(count: count)
        if let state { adapters.restore(state.parameters) }
        for (index, shards) in steps.enumerated().dropFirst(state?.step ?? 0) {
            let predicted = shards.reduce(0) { $0 + $1.queryCount }
            guard predicted > 0 else { continue }
            var losses = [Double](repeating: 0, count: shards.count)
            try losses.withUnsafeMutableBufferPointer { losses in
                nonisolated(unsafe) let losses = losses  // Each task writes its own element.
                try pool.run(shards.count) { task, worker in
                    losses[task] = try accumulate(
                        shards[task], prepared, workspaces[worker], gradients: gradients[task].pointer,
                        lossWeight: 1 / Float(predicted))
                }
            }
            for other in 1..<max(1, shards.count) {
                add(gradients[other].pointer, into: gradients[0].pointer, count: count)
            }
            onGradient(gradients[0])
            let norm = sumOfSquares(gradients[0].pointer, count: count).squareRoot()
            optimizer.update(
                adapters.parameters.pointer, gradients: gradients[0].pointer, firstMoments: firstMoments.pointer,
                secondMoments: secondMoments.pointer, count: count, step: index + 1)
            adapters.refreshTransposed()
            try progress(TrainingStep(number: index + 1, loss: losses.reduce(0, +), gradientNorm: norm)) {
                TrainingState(
                    step: index + 1, parameters: adapters.snapshot(), firstMoments: firstMoments.array,
                    secondMoments: secondMoments.array)
            }
        }
    }

    /// Forward and backward of one shard; overwrites `gradients` and returns the shard's share of the loss.
    private func accumulate(
        _ shard: Shard, _ prepared: PreparedSequences, _ workspace: Workspace,
        gradients: UnsafeMutablePointer<Float>, lossWeight: Float
    ) throws(KernelError) -> Double {
        guard let headScratch = workspace.head else { return 0 }
        gradients.update(repeating: 0, count: adapters.parameters.count)
        guard shard.queryCount > 0 else { return 0 }
        prepared.load(shard, into: workspace.activations[0].input)
        for (index, layer) in layers.enumerated() {
            let output = layer.isLast ? workspace.hidden : workspace.activations[index + 1].input
            try layer.forward(shard, workspace.activations[index], workspace.scratch, into: output)
        }
        try head.losses(
            workspace.hidden, targets: shard.targets,
            lossWeights: [Float](repeating: lossWeight, count: shard.queryCount), scratch: headScratch,
            into: workspace.losses, gradient: workspace.scratch.dOutput)
        for (index, layer) in layers.enumerated().reversed() {
            try layer.backward(
                shard, workspace.activations[index], workspace.scratch, gradients: gradients, needsInput: index > 0)
        }
        var loss = 0.0
        for index in 0..<shard.queryCount { loss += Double(workspace.losses[index]) }
        return loss * Double(lossWeight)
    }
}
