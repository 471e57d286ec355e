import ForgetFilter

/// One flat object. Every key is always there: a figure that has no meaning for a set is `null`, so that scripts need not
/// tell an absent figure from a misspelt one.
extension EvaluationReport: Codable {
    private enum CodingKeys: String, CodingKey {
        case dataset
        case policy
        case policySha256
        case model
        case reference
        case referenceRows
        case seed
        case verdict
        case rows
        case unsafeRows
        case removed
        case precision
        case recall
        case f1
        case falsePositiveRate
        case falsePositiveRateBySource
        case removedPer1000Clean
        case reviewsPerHit
        case canaries
        case coverage
        case isCovered
        case riskyRows
        case prevalenceFloor
        case threshold
        case sources
        case baselines
        case downstream
        case seconds
        case peakMib
        case stages
    }

    /// Keys with numbers as they are written: the encoder's conversion sees no word in a number.
    private enum NumberedKeys: String, CodingKey {
        case removedPer1000Clean = "removed_per_1000_clean"
    }

    package func encode(to encoder: any Encoder) throws {
        try ranking.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(subject.dataset, forKey: .dataset)
        try container.encode(subject.policy, forKey: .policy)
        try container.encode(subject.policySha256, forKey: .policySha256)
        try container.encode(subject.model, forKey: .model)
        try container.encode(subject.reference, forKey: .reference)
        try container.encode(subject.referenceRows, forKey: .referenceRows)
        try container.encode(subject.seed, forKey: .seed)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(rows, forKey: .rows)
        try container.encode(unsafeRows, forKey: .unsafeRows)
        try container.encode(removed, forKey: .removed)
        try container.encode(precision, forKey: .precision)
        try container.encode(recall, forKey: .recall)
        try container.encode(f1, forKey: .f1)
        try container.encode(falsePositiveRate, forKey: .falsePositiveRate)
        try container.encode(falsePositiveRateBySource, forKey: .falsePositiveRateBySource)
        try container.encode(reviewsPerHit, forKey: .reviewsPerHit)
        try container.encode(evidence?.canaries, forKey: .canaries)
        try container.encode(evidence?.coverage, forKey: .coverage)
        try container.encode(evidence?.isCovered, forKey: .isCovered)
        try container.encode(evidence?.riskyRows, forKey: .riskyRows)
        try container.encode(evidence?.prevalenceFloor, forKey: .prevalenceFloor)
        try container.encode(threshold, forKey: .threshold)
        try container.encode(sources, forKey: .sources)
        try container.encode(baselines, forKey: .baselines)
        try container.encode(downstream, forKey: .downstream)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(peakMib, forKey: .peakMib)
        try container.encode(stages, forKey: .stages)
        var numbered = encoder.container(keyedBy: NumberedKeys.self)
        try numbered.encode(removedPer1000Clean, forKey: .removedPer1000Clean)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func figure(_ key: CodingKeys) throws -> Double? { try container.decodeIfPresent(Double.self, forKey: key) }
        subject = Subject(
            dataset: try container.decode(String.self, forKey: .dataset),
            policy: try container.decode(String.self, forKey: .policy),
            policySha256: try container.decode(String.self, forKey: .policySha256),
            model: try container.decodeIfPresent(String.self, forKey: .model),
            reference: try container.decode(String.self, forKey: .reference),
            referenceRows: try container.decode(Int.self, forKey: .referenceRows),
            seed: try container.decodeIfPresent(UInt64.self, forKey: .seed))
        verdict = try container.decode(String.self, forKey: .verdict)
        rows = try container.decode(Int.self, forKey: .rows)
        unsafeRows = try container.decode(Int.self, forKey: .unsafeRows)
        removed = try container.decode(Int.self, forKey: .removed)
        ranking = try RankingFigures(from: decoder)
        precision = try figure(.precision)
        recall = try figure(.recall)
        f1 = try figure(.f1)
        falsePositiveRate = try figure(.falsePositiveRate)
        falsePositiveRateBySource = try container.decode([String: Double].self, forKey: .falsePositiveRateBySource)
        removedPer1000Clean = try figure(.removedPer1000Clean)
        reviewsPerHit = try figure(.reviewsPerHit)
        if let canaries = try container.decodeIfPresent(Int.self, forKey: .canaries) {
            evidence = EvidenceSummary(
                canaries: canaries, riskyRows: try container.decode(Int.self, forKey: .riskyRows),
                coverage: try figure(.coverage), isCovered: try container.decode(Bool.self, forKey: .isCovered),
                lowestRemovedScore: try figure(.threshold),
                prevalenceFloor: try container.decode(Double.self, forKey: .prevalenceFloor))
        }
        threshold = try figure(.threshold)
        sources = try container.decode([Source].self, forKey: .sources)
        baselines = try container.decode([Baseline].self, forKey: .baselines)
        downstream = try container.decodeIfPresent(DownstreamReport.self, forKey: .downstream)
        seconds = try container.decode(Double.self, forKey: .seconds)
        peakMib = try container.decode(Int.self, forKey: .peakMib)
        stages = try container.decode([StageReport].self, forKey: .stages)
    }
}
