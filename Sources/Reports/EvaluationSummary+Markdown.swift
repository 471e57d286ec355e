import Foundation

extension EvaluationSummary {
    /// The whole document.
    package var markdown: String {
        var text = "# Evaluation\n\n"
        if !facts.isEmpty {
            var table = MarkdownTable(["what", "value"], numbersFrom: 2)
            for fact in facts { table.add([fact.name, fact.text]) }
            text += table.text + "\n"
        }
        text += EvaluationSummary.legend
        for section in sections {
            text += "\n## \(section.title)\n\n\(section.basis)\n\n\(section.figures)"
            if !section.falsePositives.isEmpty { text += "\n\(section.falsePositives)" }
            if let baselines = section.baselines {
                text += "\n### The same rows scored by other methods\n\n\(baselines)"
            }
        }
        return text
    }

    private static let legend = """
        Each figure is the median over the seeds, with the least and the greatest value in brackets where they differ.
        Recall at 1 % is recall at the threshold that at most 1 % of the rows that are not unsafe lie above. Removed per
        1,000 is the number of rows removed of every 1,000 that are not unsafe. Reviews for 90 % is the number of rows that a
        moderator reads, the strongest evidence first, to find nine in ten of the unsafe ones. A dash means that the figure
        has no meaning for the set.

        """
}

extension EvaluationSummary.Section {
    /// The heading.
    fileprivate var title: String {
        let origin =
            switch subject.reference {
            case "set": "reference rows of each set"
            case "policy": "the policy's own reference rows"
            default: "reference rows of `\(subject.reference)`"
            }
        return "Policy `\(subject.policy)`, \(origin)"
    }

    /// What was judged with.
    fileprivate var basis: String {
        let seeds = Set(lines.flatMap { $0.reports.compactMap(\.subject.seed) }).sorted().map(String.init)
        var text = "Policy SHA-256 `\(subject.policySha256.prefix(12))`"
        if let model = subject.model { text += ", model `\(model)`" }
        if !seeds.isEmpty { text += ", \(seeds.count == 1 ? "seed" : "seeds") \(seeds.joined(separator: ", "))" }
        return text + "."
    }

    /// One line a set.
    fileprivate var figures: String {
        var table = MarkdownTable(
            [
                "set", "rows, unsafe", "AUROC", "precision", "recall", "F1", "false positives", "recall at 1 %",
                "removed per 1,000", "reviews for 90 %",
            ], numbersFrom: 1)
        for line in lines {
            guard let first = line.reports.first else { continue }
            table.add([
                line.dataset, "\(first.rows), \(first.unsafeRows)",
                text(line.spread(\.ranking.auroc), share), text(line.spread(\.precision), share),
                text(line.spread(\.recall), share), text(line.spread(\.f1), share),
                text(line.spread(\.falsePositiveRate), percent), text(line.spread(\.ranking.recallAtFpr01), share),
                text(line.spread(\.removedPer1000Clean), tenth),
                text(line.spread { $0.ranking.reviewsFor90Percent.map(Double.init) }, whole),
            ])
        }
        return table.text
    }

    /// For each set, the sources of which rows were removed without being unsafe, the worst first.
    fileprivate var falsePositives: String {
        let items = lines.compactMap { line -> String? in
            let sources = Set(line.reports.flatMap(\.falsePositiveRateBySource.keys))
            let rates = sources.compactMap { source in
                line.spread { $0.falsePositiveRateBySource[source] }.map { (source: source, spread: $0) }
            }
            let worst = rates.filter { $0.spread.greatest > 0 }
                .sorted { ($1.spread.median, $0.source) < ($0.spread.median, $1.source) }
            guard !worst.isEmpty else { return nil }
            return "- \(line.dataset): "
                + worst.map { "\($0.source) \($0.spread.text(percent))" }.joined(separator: ", ") + "\n"
        }
        return items.isEmpty ? "" : "False positives by source of row:\n\n" + items.joined()
    }

    /// For each set, the policy beside every other method; `nil` where no set has any.
    fileprivate var baselines: String? {
        var table = MarkdownTable(
            [
                "set", "method", "AUROC", "against safe", "against benign", "best F1", "recall at 1 %",
                "reviews for 90 %",
            ], numbersFrom: 2)
        var hasAny = false
        for line in lines {
            var names: [String] = []
            for name in line.reports.flatMap(\.baselines).map(\.name) where !names.contains(name) { names.append(name) }
            guard !names.isEmpty else { continue }
            hasAny = true
            table.add([line.dataset, "policy `\(subject.policy)`"] + cells(line.reports.map(\.ranking)))
            for name in names {
                let figures = line.reports.flatMap(\.baselines).filter { $0.name == name }.map(\.ranking)
                table.add([line.dataset, name] + cells(figures))
            }
        }
        return hasAny ? table.text : nil
    }

    private func cells(_ figures: [RankingFigures]) -> [String] {
        [
            text(Spread(figures.map(\.auroc)), share), text(Spread(figures.map(\.aurocVsSafe)), share),
            text(Spread(figures.map(\.aurocVsBenign)), share), text(Spread(figures.map(\.bestF1)), share),
            text(Spread(figures.map(\.recallAtFpr01)), share),
            text(Spread(figures.map { $0.reviewsFor90Percent.map(Double.init) }), whole),
        ]
    }
}

private func text(_ spread: Spread?, _ format: (Double) -> String) -> String { spread?.text(format) ?? "–" }
private func share(_ value: Double) -> String { decimal(value, 3) }
private func percent(_ value: Double) -> String { decimal(100 * value, 1) + " %" }
private func tenth(_ value: Double) -> String { decimal(value, 1) }
private func whole(_ value: Double) -> String { decimal(value, 0) }
