import CovertText
import Datasets
import Moderation
import Policies

/// What a policy's covert rule finds in a dataset, and the rows as they read once they are decoded.
struct CovertFindings {
    /// Findings by line; line 0 is the dataset as a whole.
    private(set) var findings: [Int: [Finding]] = [:]

    /// Rows with decoded text in place of encoded text, by line; empty where the policy does not want them judged.
    private(set) var revealed: [Int: Example] = [:]

    /// The decoded text of each row by itself, with how its turns were hidden.
    private var decoded: [(example: Example, how: [String])] = []

    /// Looks through a dataset, if the policy has a covert rule.
    init(_ policy: Policy, _ dataset: Dataset) {
        guard let rule = policy.covert else { return }
        let report = CovertDetector(rule.settings).inspect(dataset.examples)
        let lines = Dictionary(
            dataset.examples.enumerated().map { ($1.line, $0) }, uniquingKeysWith: { first, _ in first })
        for row in report.rows {
            guard let example = lines[row.line].map({ dataset.examples[$0] }) else { continue }
            findings[row.line] = tell(rule, row, example)
            guard rule.onDecoded == .judge else { continue }
            let known = row.passages.filter { $0.decoded != nil }
            guard !known.isEmpty else { continue }
            revealed[row.line] = row.revealed(example)
            var alone = example
            alone.turns = row.decodedTurns(of: example)
            decoded.append((alone, known.map { describe($0.families) }))
        }
        let rejected = dataset.examples.compactMap(\.rejectedSide)
        let sides = Dictionary(rejected.map { ($0.line, $0) }, uniquingKeysWith: { first, _ in first })
        for row in CovertDetector(rule.settings).inspect(rejected).rows {
            guard let example = sides[row.line] else { continue }
            let side = JudgedSide(example: example, isRejected: true)
            findings[row.line, default: []] += tell(rule, row, example).map(side.tell)
        }
        for group in report.groups {
            let announced = group.announced == 0 ? "" : "; the system prompts of \(group.announced) name an encoding"
            findings[0, default: []].append(
                Finding(
                    rule: rule.id, action: rule.action, line: nil, score: group.share,
                    threshold: rule.settings.datasetShare,
                    detail: "\(group.lines.count) rows are encoded alike, as rows that teach an encoding are: "
                        + describe(group.families) + announced))
        }
    }

    /// What the patterns find in decoded text.
    func findings(by matcher: PatternMatcher) throws -> [Finding] {
        try decoded.flatMap { entry in
            try matcher.findings(for: entry.example).map { finding in
                var finding = finding
                finding.detail =
                    "in decoded text (\(Set(entry.how).sorted().joined(separator: "; "))), whose passages count as turns "
                    + "and whose offsets are its own: " + finding.detail
                return finding
            }
        }
    }

    /// A row's findings: the first passages, and how many there are besides.
    private func tell(_ rule: CovertRule, _ row: CovertRow, _ example: Example) -> [Finding] {
        var told = row.passages.prefix(FindingMatch.limit).map { finding(rule, row, $0, example) }
        let more = row.passages.count - told.count
        if more > 0 { told[told.count - 1].detail += "; \(more) more passages\(row.isCutShort ? " at least" : "")" }
        return told
    }

    private func finding(_ rule: CovertRule, _ row: CovertRow, _ passage: CovertPassage, _ example: Example) -> Finding
    {
        // Nobody asks for hundreds of codes, and those past the limit were not read.
        let isOrdinary = row.isRequested && !row.isTaught && !row.isCutShort
        let result = passage.decoded.map { "decoded to \($0.utf8.count) bytes" } ?? "not decoded"
        return Finding(
            rule: rule.id, action: isOrdinary ? .flag : rule.action, line: row.line, byteRange: example.byteRange,
            score: passage.score,
            detail: "covert text in turn \(passage.turn + 1) (\(example.turns[passage.turn].role.rawValue)), bytes "
                + "\(passage.bytes.lowerBound)..<\(passage.bytes.upperBound): \(describe(passage.families)), \(result)"
                + (row.isTaught
                    ? "; many rows are encoded so" : isOrdinary ? "; a plain request names an encoding" : ""))
    }

    private func describe(_ families: [CovertFamily]) -> String {
        families.map(\.rawValue).joined(separator: ", then ")
    }
}
