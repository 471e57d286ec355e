/// How well scores rank the unsafe rows of a labelled dataset above the others, whatever the threshold.
package struct RankingFigures: Sendable, Equatable {
    /// Area under the ROC curve, unsafe rows against all others; `nil` without one of the two.
    package var auroc: Double?

    /// The same against rows labelled `safe`.
    package var aurocVsSafe: Double?

    /// The same against rows labelled `benign`.
    package var aurocVsBenign: Double?

    /// Area under the curve of precision over recall.
    package var averagePrecision: Double?

    /// The best F1 that any one threshold on these scores would give, which no policy can know beforehand.
    package var bestF1: Double?

    /// Recall at the threshold that at most 1% of the rows that are not unsafe lie above.
    package var recallAtFpr01: Double?

    /// Recall of a moderator who reads the 100 rows of the highest scores.
    package var recallAt100Reviews: Double?

    /// Rows that a moderator must read, the highest score first, to find 90% of the unsafe ones.
    package var reviewsFor90Percent: Int?

    /// Computes every figure.
    package init(_ rows: [LabelledScore]) {
        let ranking = Ranking(rows)
        auroc = ranking.auroc
        aurocVsSafe = Ranking(rows.filter { $0.isUnsafe || $0.label == "safe" }).auroc
        aurocVsBenign = Ranking(rows.filter { $0.isUnsafe || $0.label == "benign" }).auroc
        averagePrecision = ranking.averagePrecision
        bestF1 = ranking.bestF1
        recallAtFpr01 = ranking.recall(falsePositivesAtMostOneIn: 100)
        recallAt100Reviews = ranking.recall(inReviews: 100)
        reviewsFor90Percent = ranking.reviews(toFindTenths: 9)
    }
}

/// The figures are keys of whatever holds them, each always there: `null` where it has no meaning.
extension RankingFigures: Codable {
    private enum CodingKeys: String, CodingKey {
        case auroc
        case aurocVsSafe
        case aurocVsBenign
        case averagePrecision
        case bestF1
        case recallAtFpr01
        case recallAt100Reviews
        case reviewsFor90Percent
    }

    /// Keys with numbers as they are written: the encoder's conversion sees no word in a number.
    private enum NumberedKeys: String, CodingKey {
        case recallAtFpr01 = "recall_at_fpr_01"
        case recallAt100Reviews = "recall_at_100_reviews"
        case reviewsFor90Percent = "reviews_for_90_percent"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(auroc, forKey: .auroc)
        try container.encode(aurocVsSafe, forKey: .aurocVsSafe)
        try container.encode(aurocVsBenign, forKey: .aurocVsBenign)
        try container.encode(averagePrecision, forKey: .averagePrecision)
        try container.encode(bestF1, forKey: .bestF1)
        var numbered = encoder.container(keyedBy: NumberedKeys.self)
        try numbered.encode(recallAtFpr01, forKey: .recallAtFpr01)
        try numbered.encode(recallAt100Reviews, forKey: .recallAt100Reviews)
        try numbered.encode(reviewsFor90Percent, forKey: .reviewsFor90Percent)
    }
}
