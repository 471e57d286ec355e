/// Evaluations of several sets under several policies and seeds, as tables.
package struct EvaluationSummary {
    /// Evaluations that differ in nothing but their seed.
    struct Line {
        var dataset: String
        var reports: [EvaluationReport]

        /// A figure over all seeds.
        func spread(_ figure: (EvaluationReport) -> Double?) -> Spread? { Spread(reports.map(figure)) }
    }

    /// Evaluations under one policy with reference rows of one origin.
    struct Section {
        var subject: EvaluationReport.Subject
        var lines: [Line]
    }

    let facts: [(name: String, text: String)]
    let sections: [Section]

    /// Groups evaluations; policies come in the order in which they are given, sets in the order of their names.
    ///
    /// - Parameter facts: what is told above the tables, such as the machine and the command.
    package init(_ reports: [EvaluationReport], facts: [(name: String, text: String)] = []) {
        self.facts = facts
        var order: [[String]] = []
        var groups: [[String]: [EvaluationReport]] = [:]
        for report in reports {
            let key = [report.subject.policy, report.subject.policySha256, report.subject.reference]
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(report)
        }
        sections = order.compactMap { key in
            guard let reports = groups[key], let subject = reports.first?.subject else { return nil }
            let lines = Dictionary(grouping: reports, by: \.subject.dataset).map { name, reports in
                Line(dataset: name, reports: reports.sorted { ($0.subject.seed ?? 0) < ($1.subject.seed ?? 0) })
            }
            return Section(subject: subject, lines: lines.sorted { $0.dataset < $1.dataset })
        }
    }
}
