import Moderation

/// When a dataset's rows count as a few templates.
package struct TemplateSettings: Sendable, Hashable {
    /// How many of the commonest templates are counted.
    package var templates = 5

    /// The dataset is found when they make up this share of its rows.
    package var share = 0.8

    /// A row of which less than this share of the words is fixed is its own, whatever surrounds it.
    package var fixedShare = 0.6

    /// A smaller dataset may well have one template.
    package var minimumRows = 100

    /// Creates the default settings.
    package init() {}

    /// A run of three words that at least this share of the rows has is fixed text.
    private static let commonShare = 0.05

    /// The dataset, if its commonest templates make up most of it.
    ///
    /// - Parameter withRows: whether each of their rows is found too.
    func matches(in examples: [Example], withRows: Bool) -> [Match] {
        guard examples.count >= minimumRows else { return [] }
        var rows = TemplateRows(examples)
        let skeletons = rows.skeletons(
            commonness: max(3, Int(TemplateSettings.commonShare * Double(examples.count))), fixedShare: fixedShare)
        var members: [UInt64: [Int]] = [:]
        for (row, skeleton) in skeletons.enumerated() where skeleton != 0 { members[skeleton, default: []].append(row) }
        let commonest = members.sorted { ($1.value.count, $0.value[0]) < ($0.value.count, $1.value[0]) }
            .prefix(templates)
        let covered = commonest.reduce(0) { $0 + $1.value.count }
        let coverage = Double(covered) / Double(examples.count)
        guard coverage >= share else { return [] }
        let detail =
            "\(commonest.count) templates make up \(covered) of \(examples.count) rows: "
            + commonest.map { "\($0.value.count) like line \(examples[$0.value[0]].line)" }.joined(separator: ", ")
        let whole = [Match(row: nil, score: coverage, threshold: share, detail: detail)]
        guard withRows else { return whole }
        return whole
            + commonest.flatMap { _, rows in
                rows.map { row in
                    Match(
                        row: row, score: coverage, threshold: share,
                        detail: "one of \(rows.count) rows of the template of line \(examples[rows[0]].line)")
                }
            }
    }
}

/// Rows seen as fixed text with gaps.
private struct TemplateRows {
    private let examples: [Example]
    private var scanner = WordScanner()
    private var counts: PhraseCounts

    /// Marks a turn's beginning and its end.
    private static let edge: UInt64 = 77

    init(_ examples: [Example]) {
        self.examples = examples
        let average =
            examples.prefix(2000).reduce(0) { $0 + $1.turns.reduce(0) { $0 + $1.text.utf8.count } }
            / max(1, min(2000, examples.count))
        counts = PhraseCounts(expected: examples.count * (average / 5 + 1))
    }

    private mutating func words(of turn: Turn) -> [UInt64] {
        scanner.scan(turn.text)
        return [TemplateRows.edge] + scanner.words.filter(\.isTelling).map(\.hash) + [TemplateRows.edge]
    }

    private static func triple(_ words: [UInt64], _ index: Int) -> UInt64 {
        Hashing.join(Hashing.join(words[index], words[index + 1]), words[index + 2])
    }

    /// For each row a hash of its fixed words in their order, or 0 where too few of its words are fixed.
    mutating func skeletons(commonness: Int, fixedShare: Double) -> [UInt64] {
        for example in examples {
            for turn in example.turns {
                let words = words(of: turn)
                guard words.count >= 3 else { continue }
                for index in 0...words.count - 3 { counts.add(TemplateRows.triple(words, index)) }
            }
        }
        return examples.map { example in
            var hash: UInt64 = 1
            var fixed = 0
            var all = 0
            for turn in example.turns {
                let words = words(of: turn)
                var isFixed = [Bool](repeating: false, count: words.count)
                if words.count >= 3 {
                    for index in 0...words.count - 3 where counts[TemplateRows.triple(words, index)] >= commonness {
                        isFixed.replaceSubrange(index..<index + 3, with: [true, true, true])
                    }
                }
                for index in words.indices.dropFirst().dropLast() {
                    all += 1
                    if isFixed[index] {
                        fixed += 1
                        hash = Hashing.join(hash, words[index])
                    } else if index == 1 || isFixed[index - 1] {
                        hash = Hashing.join(hash, 3)
                    }
                }
                hash = Hashing.join(hash, 2)
            }
            return Double(fixed) >= fixedShare * Double(all) && all > 0 ? hash : 0
        }
    }
}
