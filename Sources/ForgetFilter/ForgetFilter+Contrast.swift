import LanguageModels
import TensorKernels

extension ForgetFilter {
    /// Measures how much of the rows' answers is forgotten by a model that learns the known rows.
    ///
    /// - Parameters:
    ///   - rows: the customer's rows, the first of the features' rows.
    ///   - cache: where the adapters are kept, which the customer's rows have no part in.
    /// - Returns: `nil` where the policy gives it no weight.
    func contrastForgetting(
        rows: [Conversation], known: KnownRows, fitting: CrossFitting, cache: FeatureCache?, run: inout Run
    ) throws -> ContrastForgetting? {
        guard settings.forgettingWeight > 0 else { return nil }
        let chosen = try sample(fitting)
        let sampled = try RowSequences(chosen.map { rows[$0] }, model: model, settings: settings)
        let name = contrastName(known)
        let firstLayer = max(0, model.configuration.blockCount - settings.layers)
        let configuration = AdapterConfiguration(rank: settings.rank, alpha: settings.alpha, firstLayer: firstLayer)
        let size = AdapterSet(configuration, model: model.configuration, seed: settings.seed).parameters.count
        let kept = name.flatMap { cache?.load($0) }.flatMap(Floats.decode).flatMap { $0.count == size ? $0 : nil }
        let learnt = try RowSequences(kept == nil ? contrast(known) : [], model: model, settings: settings)
        let sequences = sampled.sequences + learnt.sequences
        let prepared = try run.measure(.trunk) { report in
            let all = try model.prepare(sequences, layersBelow: firstLayer, pool: pool) { done, total in
                // The trunk counts tokens; a person wants rows.
                try report(sequences.count * done / max(1, total), sequences.count, nil)
            }
            return (all, all.tokenCount, nil)
        }
        let adapted = try AdaptedModel(
            model: model, adapters: configuration, longest: max(sampled.longest, learnt.longest), seed: settings.seed,
            pool: pool)
        let indices = Array(sampled.sequences.indices)
        let tokens = indices.reduce(0) { $0 + prepared.sequences[$1].inputCount }
        func losses(after done: Int) throws -> [[Float]] {
            try run.measure(.contrast) { report in
                let losses = try adapted.losses(prepared, indices: indices) { count, _ in
                    try report(done + count, 2 * indices.count, nil)
                }
                return (losses, tokens, nil)
            }
        }
        // Adapters begin without effect: this is the model as it is.
        let before = try losses(after: 0)
        if let kept {
            adapted.adapters.restore(kept)
        } else {
            try run.train(.align, adapted, prepared, Array(indices.count..<sequences.count))
            if let name { cache?.save(name, Floats.encode(adapted.adapters.snapshot())) }
        }
        let after = try losses(after: indices.count)
        // The first window of each turn, in the order of the sequences.
        let windows = chosen.flatMap { row in
            fitting.features.windowsOfRow[row].filter { fitting.features.windows[$0].tokens.lowerBound == 0 }
        }
        let measured = zip(windows, zip(before, after)).map { window, losses in
            ContrastForgetting.Measurement(
                window: window, tokens: zip(losses.0, losses.1).map { Double($1) - Double($0) })
        }
        guard measured.allSatisfy({ $0.rate.isFinite }) else {
            throw ForgetFilterError(
                .notFinite, "the forgetting of some rows is not a number",
                remedy: "Lower the policy's align_learning_rate; training has diverged")
        }
        return try ContrastForgetting(measured, fitting, weight: settings.forgettingWeight, progress: {})
    }

    /// The rows whose forgetting is measured, in order: all of them up to `forgettingRows`, and beyond it half risky ones,
    /// as far as there are so many, and half others.
    private func sample(_ fitting: CrossFitting) throws -> [Int] {
        let own = fitting.origins.indices.filter { fitting.origins[$0] == .dataset }
        guard own.count > settings.forgettingRows else { return own }
        let risk = try SafetyHeads.knownRisk(fitting)
        var generator = SeededGenerator(seed: settings.seed, stream: 50)
        let order = generator.permutation(own.count).map { own[$0] }
        let isRisky = { (row: Int) in fitting.features.windowsOfRow[row].contains { risk[$0] > 0 } }
        let risky = order.filter(isRisky).prefix(settings.forgettingRows / 2)
        let others = order.filter { !isRisky($0) }.prefix(settings.forgettingRows - risky.count)
        return (risky + others).sorted()
    }

    /// The known rows that are learnt: of reference and control rows alike up to half of `forgettingRows`.
    private func contrast(_ known: KnownRows) -> [Conversation] {
        [known.reference, known.control].enumerated().flatMap { index, rows in
            var generator = SeededGenerator(seed: settings.seed, stream: 51 + UInt64(index))
            return generator.permutation(rows.count).prefix(settings.forgettingRows / 2).sorted().map { rows[$0] }
        }
    }

    /// What names the adapters between runs: all that decides them.
    private func contrastName(_ known: KnownRows) -> String? {
        guard let reference = known.fingerprints[.reference], let control = known.fingerprints[.control] else {
            return nil
        }
        let numbers =
            [
                settings.layers, settings.rank, settings.alignEpochs, settings.batchRows, settings.responseTokens,
                settings.maximumTokens,
            ].map(String.init) + ["\(settings.alpha)", "\(settings.alignLearningRate)", "\(settings.seed)"]
        return "\(reference.prefix(32))\(control.prefix(32))-\(numbers.joined(separator: "-"))"
    }
}

/// Numbers as bytes in a cache: little-endian float32.
private enum Floats {
    static func encode(_ values: [Float]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    /// - Returns: `nil` where the bytes are no such numbers.
    static func decode(_ bytes: [UInt8]) -> [Float]? {
        guard bytes.count % 4 == 0 else { return nil }
        return bytes.withUnsafeBytes { raw in
            (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }
}
