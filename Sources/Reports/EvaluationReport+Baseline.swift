extension EvaluationReport {
    /// How well another method's scores rank the same rows.
    package struct Baseline: Sendable, Equatable {
        /// The method's name.
        package var name: String

        /// Its figures.
        package var ranking: RankingFigures

        /// What it took, where that was measured.
        package var seconds: Double?

        /// Computes the figures of a method; whether a row is removed plays no part in them.
        package init(name: String, rows: [LabelledScore], seconds: Double?) {
            self.name = name
            ranking = RankingFigures(rows)
            self.seconds = seconds
        }
    }
}

extension EvaluationReport.Baseline: Codable {
    private enum CodingKeys: String, CodingKey {
        case name
        case seconds
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        seconds = try container.decodeIfPresent(Double.self, forKey: .seconds)
        ranking = try RankingFigures(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try ranking.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(seconds, forKey: .seconds)
    }
}
