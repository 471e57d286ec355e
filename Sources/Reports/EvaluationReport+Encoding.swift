import ForgetFilter

/// Every key is always there: a figure that has no meaning for a set is `null`, so that scripts need not tell an absent
/// figure from a misspelt one.
extension EvaluationReport {
    private enum CodingKeys: String, CodingKey {
        case dataset
        case policy
        case verdict
        case auroc
        case aurocVsSafe
        case aurocVsBenign
        case precision
        case recall
        case f1
        case falsePositiveRate
        case bestF1
        case threshold
        case rows
        case unsafeRows
        case removed
        case referenceRows
        case sources
        case seconds
        case peakMib
        case stages
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(dataset, forKey: .dataset)
        try container.encode(policy, forKey: .policy)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(auroc, forKey: .auroc)
        try container.encode(aurocVsSafe, forKey: .aurocVsSafe)
        try container.encode(aurocVsBenign, forKey: .aurocVsBenign)
        try container.encode(precision, forKey: .precision)
        try container.encode(recall, forKey: .recall)
        try container.encode(f1, forKey: .f1)
        try container.encode(falsePositiveRate, forKey: .falsePositiveRate)
        try container.encode(bestF1, forKey: .bestF1)
        try container.encode(threshold, forKey: .threshold)
        try container.encode(rows, forKey: .rows)
        try container.encode(unsafeRows, forKey: .unsafeRows)
        try container.encode(removed, forKey: .removed)
        try container.encode(referenceRows, forKey: .referenceRows)
        try container.encode(sources, forKey: .sources)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(peakMib, forKey: .peakMib)
        try container.encode(stages, forKey: .stages)
    }
}
