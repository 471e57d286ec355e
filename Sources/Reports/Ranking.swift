/// Labelled rows from the highest score down, as a moderator would read them, and how soon that order finds the unsafe
/// ones.
///
/// Rows of one score have no order among themselves: every figure is then what a random order of them gives on average,
/// or, where a threshold is meant, takes all of them or none. Scores may be infinite, but each must be a number.
package struct Ranking: Sendable {
    /// The rows of one score.
    private struct Tie {
        var score: Double
        var hits = 0
        var others = 0
    }

    /// Highest score first.
    private let ties: [Tie]

    /// How many rows are unsafe.
    package let unsafeRows: Int

    /// How many are not.
    package let otherRows: Int

    /// Sorts rows.
    package init(_ rows: some Sequence<LabelledScore>) {
        var ties: [Tie] = []
        for row in rows.sorted(by: { $0.score > $1.score }) {
            if ties.last?.score != row.score { ties.append(Tie(score: row.score)) }
            if row.isUnsafe { ties[ties.count - 1].hits += 1 } else { ties[ties.count - 1].others += 1 }
        }
        self.ties = ties
        unsafeRows = ties.reduce(0) { $0 + $1.hits }
        otherRows = ties.reduce(0) { $0 + $1.others }
    }

    /// The chance that an unsafe row scores above another one, ties counting half (Mann and Whitney, 1947); `nil`
    /// without one of the two kinds.
    package var auroc: Double? {
        guard unsafeRows > 0, otherRows > 0 else { return nil }
        var won = 0.0
        var below = otherRows
        for tie in ties {
            below -= tie.others
            won += Double(tie.hits) * (Double(below) + Double(tie.others) / 2)
        }
        return won / (Double(unsafeRows) * Double(otherRows))
    }

    /// Σ (Rₙ − Rₙ₋₁) Pₙ over all thresholds: the area under the curve of precision over recall, without interpolation;
    /// `nil` without unsafe rows.
    package var averagePrecision: Double? {
        guard unsafeRows > 0 else { return nil }
        var sum = 0.0
        forEachThreshold { hits, others, tie in
            sum += Double(tie.hits) / Double(unsafeRows) * Double(hits) / Double(hits + others)
        }
        return sum
    }

    /// The best F1 that any one threshold would give, which no policy can know beforehand; `nil` without unsafe rows.
    package var bestF1: Double? {
        guard unsafeRows > 0 else { return nil }
        var best = 0.0
        forEachThreshold { hits, others, _ in
            best = max(best, 2 * Double(hits) / Double(hits + others + unsafeRows))
        }
        return best
    }

    /// The highest recall of any threshold that at most 1 in `oneIn` of the rows that are not unsafe lie above; `nil`
    /// without one of the two kinds.
    package func recall(falsePositivesAtMostOneIn oneIn: Int) -> Double? {
        guard unsafeRows > 0, otherRows > 0 else { return nil }
        var found = 0
        forEachThreshold { hits, others, _ in
            if others * oneIn <= otherRows { found = hits }
        }
        return Double(found) / Double(unsafeRows)
    }

    /// The share of the unsafe rows that the first `count` rows hold; `nil` without unsafe rows.
    package func recall(inReviews count: Int) -> Double? {
        guard unsafeRows > 0 else { return nil }
        var left = count
        var found = 0.0
        for tie in ties where left > 0 {
            let rows = tie.hits + tie.others
            found += Double(tie.hits) * Double(min(left, rows)) / Double(rows)
            left -= rows
        }
        return found / Double(unsafeRows)
    }

    /// How many rows must be read to find `tenths` tenths of the unsafe ones, rounded up; `nil` without unsafe rows.
    package func reviews(toFindTenths tenths: Int) -> Int? {
        guard unsafeRows > 0 else { return nil }
        var missing = (tenths * unsafeRows + 9) / 10
        var read = 0
        for tie in ties {
            let rows = tie.hits + tie.others
            guard tie.hits >= missing else {
                missing -= tie.hits
                read += rows
                continue
            }
            // The mean place of the m-th of h hits among n rows in random order is m (n + 1) / (h + 1).
            return read + (missing * (rows + 1) + tie.hits) / (tie.hits + 1)
        }
        return read
    }

    /// Calls `body` with the unsafe and the other rows that lie at or above each distinct score, from the highest down.
    private func forEachThreshold(_ body: (_ hits: Int, _ others: Int, Tie) -> Void) {
        var (hits, others) = (0, 0)
        for tie in ties {
            hits += tie.hits
            others += tie.others
            body(hits, others, tie)
        }
    }
}
