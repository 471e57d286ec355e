import ForgetFilter

extension EvaluationReport {
    /// The evaluation as a person reads it on a terminal.
    package var text: String {
        var table = TextTable(["dataset", subject.dataset])
        table.add(["policy", "\(subject.policy), verdict \(verdict)" + (subject.seed.map { ", seed \($0)" } ?? "")])
        table.add(["reference", "\(subject.referenceRows) rows of the \(referenceOwner)"])
        table.add(["rows", "\(rows), \(unsafeRows) of them unsafe; \(removed) removed"])
        table.add([
            "AUROC",
            "\(figure(ranking.auroc))  (against safe rows \(figure(ranking.aurocVsSafe)), benign rows "
                + "\(figure(ranking.aurocVsBenign)))",
        ])
        table.add(["average precision", figure(ranking.averagePrecision)])
        table.add(["at threshold", figure(threshold)])
        table.add(["precision", figure(precision)])
        table.add(["recall", figure(recall)])
        table.add(["F1", "\(figure(f1))  (best of any threshold \(figure(ranking.bestF1)))"])
        table.add(["false positives", "\(figure(falsePositiveRate)) of the rows that are not unsafe"])
        table.add(["removed per 1,000 clean", removedPer1000Clean.map { decimal($0, 1) } ?? "-"])
        table.add(["reviews per hit", reviewsPerHit.map { decimal($0, 2) } ?? "-"])
        table.add(["recall at 1% false positives", figure(ranking.recallAtFpr01)])
        table.add(["recall in 100 reviews", figure(ranking.recallAt100Reviews)])
        table.add(["reviews for 90% of the unsafe", ranking.reviewsFor90Percent.map(String.init) ?? "-"])
        if let evidence {
            table.add([
                "coverage",
                "\(evidence.riskyRows) risky rows, \(figure(evidence.coverage)) of them like the reference set's"
                    + (evidence.isCovered ? "" : ": not covered"),
            ])
            table.add([
                "lowest share to be found", "\(figure(evidence.prevalenceFloor)) (\(evidence.canaries) canaries)",
            ])
        }
        table.add(["took", "\(decimal(seconds, 1)) s, at most \(peakMib) MiB"])
        return table.text + sourceTable + baselineTable + stageTable(stages) + (downstream?.text ?? "")
    }

    private var referenceOwner: String {
        subject.reference == "set" || subject.reference == "policy" ? subject.reference : "file \(subject.reference)"
    }

    private var sourceTable: String {
        var table = TextTable(["label", "source", "rows", "removed"], rightAligned: [2, 3])
        for source in sources {
            table.add([source.label, source.source, String(source.rows), String(source.removed)])
        }
        return "\n" + table.text
    }

    private var baselineTable: String {
        guard !baselines.isEmpty else { return "" }
        var table = TextTable(
            ["baseline", "AUROC", "best F1", "recall at 1%", "reviews for 90%"], rightAligned: [1, 2, 3, 4])
        for baseline in baselines {
            let ranking = baseline.ranking
            table.add([
                baseline.name, figure(ranking.auroc), figure(ranking.bestF1), figure(ranking.recallAtFpr01),
                ranking.reviewsFor90Percent.map(String.init) ?? "-",
            ])
        }
        return "\n" + table.text
    }

    private func figure(_ value: Double?) -> String { value.map { decimal($0, 4) } ?? "-" }
}
