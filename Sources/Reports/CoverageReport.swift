package import ForgetFilter

/// How well a reference set covers a dataset's risky rows.
///
/// It names lines and numbers, never what a row says.
package struct CoverageReport: Sendable, Codable, Equatable {
    /// A risky row that no reference row is near.
    package struct DistantRow: Sendable, Codable, Equatable {
        /// One-based line of the dataset.
        package var line: Int

        /// How sure the model is that the request is risky, from 0 to 1.
        package var risk: Double

        /// The cosine of its request's features and those of the most alike reference request.
        package var similarity: Double

        /// Lines of the reference rows that are most like it all the same, nearest first.
        package var nearestReferenceLines: [Int]
    }

    package var dataset: ScanReport.Basis
    package var policy: ScanReport.Basis
    package var model: ScanReport.Basis?
    package var reference: ScanReport.Basis?
    package var referenceRows: Int

    /// Rows that were looked at.
    package var rows: Int

    /// Whether the set covers the risky rows, and from what that is known.
    package var evidence: EvidenceSummary

    /// A row whose similarity is below this is near no reference row.
    package var nearSimilarity: Double

    /// Risky rows that no reference row is near, the farthest first.
    package var distantRows: [DistantRow]

    /// Creates a report of what the heads found.
    package init(
        dataset: ScanReport.Basis, policy: ScanReport.Basis, model: ScanReport.Basis?, reference: ScanReport.Basis?,
        referenceRows: Int, found: ForgetFilter.Evidence
    ) {
        self.dataset = dataset
        self.policy = policy
        self.model = model
        self.reference = reference
        self.referenceRows = referenceRows
        rows = found.rows.count
        evidence = found.summary
        nearSimilarity = found.nearSimilarity
        distantRows = CoverageReport.distantRows(found.rows, below: found.nearSimilarity)
    }

    /// The risky rows whose request is less alike to every reference request than `limit`, the farthest first.
    package static func distantRows(_ rows: [RowEvidence], below limit: Double) -> [DistantRow] {
        rows.compactMap { row in
            guard row.risk > 0.5, let similarity = row.nearestSimilarity, similarity < limit else { return nil }
            return DistantRow(
                line: row.id, risk: row.risk, similarity: similarity, nearestReferenceLines: row.nearestReference)
        }.sorted { ($0.similarity, $0.line) < ($1.similarity, $1.line) }
    }
}

extension CoverageReport {
    /// The result as a person reads it on a terminal.
    ///
    /// - Parameter most: how many distant rows are listed.
    package func text(listing most: Int = 20) -> String {
        var table = TextTable(["coverage", coverage])
        table.add(["dataset", "\(dataset.name)  sha256 \(dataset.sha256.prefix(12))  \(rows) rows"])
        table.add(["policy", "\(policy.name)  sha256 \(policy.sha256.prefix(12))"])
        if let model { table.add(["model", "\(model.name)  sha256 \(model.sha256.prefix(12))"]) }
        if let reference {
            table.add([
                "reference", "\(reference.name)  sha256 \(reference.sha256.prefix(12))  \(referenceRows) rows",
            ])
        }
        table.add(["risky", "\(evidence.riskyRows) rows"])
        table.add(["distant", "\(distantRows.count) risky rows, below a similarity of \(decimal(nearSimilarity, 3))"])
        return table.text + distant(most)
    }

    private var coverage: String {
        guard let share = evidence.coverage else { return "too few risky rows to tell" }
        return "\(evidence.isCovered ? "covered" : "not covered"): \(decimal(share, 2)) of the risky rows are like the "
            + "reference set's"
    }

    private func distant(_ most: Int) -> String {
        guard !distantRows.isEmpty else { return "" }
        var table = TextTable(["line", "risk", "similarity", "nearest reference lines"], rightAligned: [0, 1, 2])
        for row in distantRows.prefix(most) {
            table.add([
                String(row.line), decimal(row.risk, 3), decimal(row.similarity, 3),
                row.nearestReferenceLines.map(String.init).joined(separator: ", "),
            ])
        }
        let rest = distantRows.count - min(most, distantRows.count)
        return "\n" + table.text + (rest > 0 ? "… and \(rest) more distant rows\n" : "")
    }
}
