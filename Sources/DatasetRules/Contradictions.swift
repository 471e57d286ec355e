import Moderation

/// How rows are compared that ask the same and answer differently.
package struct ContradictionSettings: Sendable, Hashable {
    /// An answer of more words is no label.
    package var labelWords = 8

    /// A label that fewer rows have is taken for a free answer, of which there may be several.
    package var minimumLabelRows = 3

    /// Creates the default settings.
    package init() {}

    /// Rows whose prompt is that of rows with another label, or with the opposite of yes or no.
    func matches(in examples: [Example]) -> [Match] {
        let table = AnswerTable(examples)
        let isLabel = table.labels(maximumWords: labelWords)
        var groups: [UInt64: [UInt32]] = [:]
        var text = NormalText()
        var keys: [UInt64] = []
        keys.reserveCapacity(examples.count)
        var idleKeys: [UInt64] = []
        for example in examples {
            text.read(example.promptTurns.lazy.map(\.text))
            keys.append(text.wordCount == 0 ? 0 : text.hash)
            idleKeys.append(text.wordCount == 0 ? 0 : text.idleHash)
        }
        // Prompts that occur once are most of them, and need no list.
        var seen: [UInt64: UInt32] = [:]
        for (row, key) in idleKeys.enumerated() where key != 0 {
            guard let first = seen[key] else {
                seen[key] = UInt32(row)
                continue
            }
            groups[key, default: [first]].append(UInt32(row))
        }
        var matches: [Match] = []
        for (_, members) in groups.sorted(by: { $0.value[0] < $1.value[0] }) {
            let rows = members.map { Int($0) }
            var told: Set<Int> = []
            for exact in Dictionary(grouping: rows, by: { keys[$0] }).values {
                let labelled = exact.filter {
                    let answer = Int(table.answers[$0])
                    return isLabel[answer] && table.counts[answer] >= minimumLabelRows
                }
                let kinds = Dictionary(grouping: labelled) { table.answers[$0] }
                guard kinds.count > 1 else { continue }
                let others = kinds.mapValues { kind in
                    Others(
                        count: labelled.count - kind.count,
                        first: labelled.lazy.filter { table.answers[$0] != table.answers[kind[0]] })
                }
                for row in labelled {
                    guard let others = others[table.answers[row]] else { continue }
                    told.insert(row)
                    matches.append(
                        match(
                            row, others, examples, "the same prompt has \(kinds.count) labels in \(labelled.count) rows"
                        ))
                }
            }
            let polar = rows.filter { table.polarities[$0] != .none }
            guard Set(polar.map { table.polarities[$0] }).count == 2 else { continue }
            let kinds = Dictionary(grouping: polar) { table.polarities[$0] }
            let others = kinds.mapValues { kind in
                Others(
                    count: polar.count - kind.count,
                    first: polar.lazy.filter { table.polarities[$0] != table.polarities[kind[0]] })
            }
            for row in polar where !told.contains(row) {
                guard let others = others[table.polarities[row]] else { continue }
                matches.append(match(row, others, examples, "nearly the same prompt is answered by both yes and no"))
            }
        }
        return matches
    }

    /// Rows that answer otherwise: how many, and the first of them.
    private struct Others {
        var count: Int
        var first: [Int]

        init(count: Int, first rows: some Sequence<Int>) {
            self.count = count
            first = Array(rows.prefix(Telling.mostLines))
        }
    }

    private func match(_ row: Int, _ others: Others, _ examples: [Example], _ what: String) -> Match {
        Match(
            row: row, score: Double(others.count), threshold: 1,
            detail: "\(what); otherwise answered in "
                + Telling.lines(others.first, of: examples, count: others.count))
    }
}
