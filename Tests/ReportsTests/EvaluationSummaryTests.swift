import Reports
import Testing

@Suite("Tables of evaluations")
struct EvaluationSummaryTests {
    /// A report whose recall is so many of ten.
    private func report(
        _ found: Int, dataset: String = "one", policy: String = "default", reference: String = "set", seed: UInt64 = 0,
        baselines: [EvaluationReport.Baseline] = []
    ) -> EvaluationReport {
        let rows = (0..<10).map { ($0 < found ? "U" : "u", Double(10 - $0)) } + [("S", 5.5), ("b", 0), ("b", 0)]
        return Sample.report(
            Sample.subject(dataset: dataset, policy: policy, reference: reference, seed: seed), rows,
            baselines: baselines)
    }

    private func lines(_ reports: [EvaluationReport]) -> [String] {
        EvaluationSummary(reports).markdown.split(separator: "\n").map(String.init)
    }

    @Test("A figure is the median over seeds, with its least and greatest value where they differ")
    func spread() throws {
        let lines = lines([report(9, seed: 2), report(4, seed: 0), report(6, seed: 1)])
        let row = try #require(lines.first { $0.hasPrefix("| one |") })
        #expect(
            row == "| one | 13, 10 | 0.833 | 0.857 (0.800–0.900) | 0.600 (0.400–0.900) | 0.706 (0.533–0.900) | 33.3 % "
                + "| 0.500 | 333.3 | 10 |")
        #expect(lines.contains { $0.hasSuffix("seeds 0, 1, 2.") })
    }

    @Test("The median of two values lies between them")
    func evenMedian() throws {
        let row = try #require(lines([report(4), report(6, seed: 1)]).first { $0.hasPrefix("| one |") })
        #expect(row.contains("| 0.500 (0.400–0.600) |"))
    }

    @Test("Each policy with each origin of reference rows has a table, sets in the order of their names")
    func sections() {
        let lines = lines([
            report(5, dataset: "two"), report(5, dataset: "one"), report(5, reference: "policy"),
            report(5, policy: "paper"),
        ])
        #expect(
            lines.filter { $0.hasPrefix("## ") } == [
                "## Policy `default`, reference rows of each set",
                "## Policy `default`, the policy's own reference rows",
                "## Policy `paper`, reference rows of each set",
            ])
        #expect(
            lines.filter { $0.hasPrefix("| one |") || $0.hasPrefix("| two |") }.map { $0.prefix(5) }
                == ["| one", "| two", "| one", "| one"])
    }

    @Test("Other methods stand below the policy's own figures, whichever seed has them")
    func baselines() throws {
        let rows = Sample.rows([("u", 2), ("s", 1)])
        let words = EvaluationReport.Baseline(name: "a|b", rows: rows, seconds: nil)
        let lines = lines([report(5, baselines: [words]), report(5, seed: 1)])
        let first = try #require(lines.firstIndex { $0.hasPrefix("| one | policy `default` |") })
        #expect(lines[first + 1] == #"| one | a\|b | 1.000 | 1.000 | – | 1.000 | 1.000 | 1 |"#)
    }

    @Test("Without other methods, and without false positives, nothing is said of them")
    func nothingToTell() {
        let clean = EvaluationSummary([Sample.report([("U", 1), ("b", 0)])]).markdown
        #expect(!clean.contains("other methods") && !clean.contains("by source"))
        #expect(EvaluationSummary([report(5)]).markdown.contains("- one: src_safe 100.0 %\n"))
    }

    @Test("A figure without meaning is a dash")
    func dash() throws {
        let row = try #require(lines([Sample.report([("s", 1), ("b", 0)])]).first { $0.hasPrefix("| d |") })
        #expect(row == "| d | 2, 0 | – | – | – | – | 0.0 % | – | 0.0 | – |")
    }

    @Test("Facts are told first, and a bar in one does not break the table")
    func facts() {
        let text = EvaluationSummary([report(5)], facts: [("command", "make evaluate | tee log")]).markdown
        #expect(
            text.hasPrefix("# Evaluation\n\n| what | value |\n| --- | --- |\n| command | make evaluate \\| tee log |\n")
        )
    }
}
