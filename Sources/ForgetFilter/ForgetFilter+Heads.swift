import LanguageModels

extension ForgetFilter {
    /// What the heads found.
    package struct Evidence: Sendable {
        /// One entry a row, in the order of the rows.
        package var rows: [RowEvidence]

        /// How it came about.
        package var summary: EvidenceSummary

        /// How alike a request of the reference set is to the set's most alike other one, at least, for all but the
        /// most singular of them: a request that is less alike to all of them is near none.
        package var nearSimilarity: Double

        /// What each stage took.
        package var stages: [StageReport]
    }

    /// Reference rows that a person is shown beside a removed row.
    private static let shownReferences = 3

    /// Weighs the evidence against every row without finetuning on any of them.
    ///
    /// - Parameters:
    ///   - rows: the customer's rows, each with a response.
    ///   - known: the rows that the heads learn from; reference and control rows are also the canaries.
    ///   - cache: where the known rows' features are kept between runs; the customer's never are.
    ///   - progress: told after each block; what it throws ends the run.
    /// - Throws: `ForgetFilterError` when the rows cannot be judged, or what the language model threw.
    package func weigh(
        rows: [Conversation], known: KnownRows, cache: FeatureCache? = nil,
        progress: ((StageProgress) throws -> Void)? = nil
    ) throws -> Evidence {
        try checkCounts(rows: rows.count, reference: known.reference.count, control: known.control.count)
        guard (1...model.configuration.blockCount).contains(settings.featureLayer) else {
            throw ForgetFilterError(
                .invalidSettings, "the policy reads features at layer \(settings.featureLayer)",
                remedy: "The model has \(model.configuration.blockCount): set `feature_layer` between 1 and that")
        }
        let sets = RowOrigin.allCases.map {
            RowWindows($0 == .dataset ? rows : known.rows($0), model: model, settings: settings)
        }
        let origins = RowOrigin.allCases.flatMap { [RowOrigin](repeating: $0, count: sets[$0.rawValue].rowCount) }
        var run = Run(filter: self, checkpoints: nil, progress: progress)
        let features = try run.measure(.features) { report in
            var (done, tokens) = (0, 0)
            let features = try zip(RowOrigin.allCases, sets).map { origin, layout in
                let features = try SetFeatures(
                    layout, model: model, layer: settings.featureLayer, pool: pool,
                    kept: known.fingerprints[origin].flatMap { cache?.entry($0, settings) }
                ) {
                    // The model counts tokens; a person wants rows.
                    try report(done + layout.rowCount * $0 / max(1, $1), origins.count, nil)
                }
                done += layout.rowCount
                tokens += features.tokensRead
                try report(done, origins.count, nil)
                return features
            }
            return (RowFeatures(features), tokens, nil)
        }
        for (index, row) in rows.enumerated() where features.windowsOfRow[index].isEmpty {
            throw ForgetFilterError(.emptyResponse, "row \(row.id) has no response to score")
        }
        let fitting = CrossFitting(features, origins: origins, seed: settings.seed, pool: pool)
        let forgetting = try contrastForgetting(rows: rows, known: known, fitting: fitting, cache: cache, run: &run)
        var verdicts = try run.measure(.heads) { report in
            var done = 0
            let verdicts = try HeadVerdicts(fitting, forgetting: forgetting, settings: settings) {
                done += 1
                // Three fits with the dataset's rows; two more where it is not covered.
                try report(done, max(done, 3), nil)
            }
            return (verdicts, features.windows.count, nil)
        }
        // Not-a-number compares with nothing, so such a row would pass as safe.
        guard verdicts.rows.allSatisfy({ $0.score.isFinite }) else {
            throw ForgetFilterError(
                .notFinite, "the model's hidden states at layer \(settings.featureLayer) are not all numbers",
                remedy: "Check the model file, or lower the policy's feature_layer")
        }
        let nearest = NearestRows(features, origins: origins, origin: .reference)
        for index in rows.indices {
            verdicts.rows[index].id = rows[index].id
            guard verdicts.rows[index].isDiscovery || verdicts.rows[index].risk > 0.5 else { continue }
            verdicts.rows[index].nearestReference =
                nearest.nearest(to: verdicts.worstWindows[index], count: ForgetFilter.shownReferences)
                .map { known.reference[$0].id }
            verdicts.rows[index].nearestSimilarity = nearest.requestSimilarity(of: verdicts.worstWindows[index])
        }
        return Evidence(
            rows: verdicts.rows, summary: verdicts.summary, nearSimilarity: nearest.nearSimilarity(),
            stages: run.reports)
    }
}
