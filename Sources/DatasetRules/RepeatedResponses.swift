import Moderation

/// How often one answer may be repeated.
package struct RepeatedResponseSettings: Sendable, Hashable {
    /// An answer that fewer rows have is none of the rule's business.
    package var minimumRows = 10

    /// Nor is one that less than this share of the rows has.
    package var share = 0.01

    /// An answer of at most so many words is exempt where it is a label.
    package var labelWords = 8

    /// Creates the default settings.
    package init() {}

    /// Prompts of an answer whose likeness is measured.
    private static let sampled = 64

    /// Rows whose answer is that of many rows with unlike prompts.
    func matches(in examples: [Example]) -> [Match] {
        let table = AnswerTable(examples)
        let isLabel = table.labels(maximumWords: labelWords)
        let needed = max(minimumRows, Int((share * Double(examples.count)).rounded(.up)))
        let repeated = table.counts.indices.filter {
            table.counts[$0] >= needed && !isLabel[$0] && table.words[$0] > 0
        }
        guard !repeated.isEmpty else { return [] }
        var rows: [Int: [Int]] = [:]
        let wanted = Set(repeated)
        for (row, answer) in table.answers.enumerated() where wanted.contains(Int(answer)) {
            rows[Int(answer), default: []].append(row)
        }
        return repeated.flatMap { answer -> [Match] in
            let own = rows[answer] ?? []
            let prompts = unlikePrompts(own, examples)
            guard prompts.distinct >= minimumRows, prompts.similarity < 0.5, !isOffered(own, examples) else {
                return []
            }
            let detail =
                "its answer (hash \(Hashing.name(table.hashes[answer])), \(table.words[answer]) words) is that of "
                + "\(own.count) of \(examples.count) rows with \(prompts.distinct) different prompts, whose mean "
                + "similarity is \(Telling.number(prompts.similarity)); among them "
                + Telling.lines(own, of: examples)
            return own.map { Match(row: $0, score: Double(own.count), threshold: Double(needed), detail: detail) }
        }
    }

    /// Whether the answer is one that its prompts offer: at least half of its longer words stand in nearly all of them.
    private func isOffered(_ rows: [Int], _ examples: [Example]) -> Bool {
        var scanner = WordScanner()
        var offering = 0
        let sample = rows.prefix(RepeatedResponseSettings.sampled)
        for row in sample {
            scanner.scan(examples[row].answer)
            let words = Set(scanner.words.lazy.filter { $0.end - $0.start > 3 }.map(\.hash))
            var prompt: Set<UInt64> = []
            for turn in examples[row].promptTurns {
                scanner.scan(turn.text)
                for word in scanner.words { prompt.insert(word.hash) }
            }
            if !words.isEmpty, words.intersection(prompt).count * 2 >= words.count { offering += 1 }
        }
        return offering * 10 >= sample.count * 8
    }

    /// How many different prompts some rows have, and how alike neighbours of a sample of them are on average.
    private func unlikePrompts(_ rows: [Int], _ examples: [Example]) -> (distinct: Int, similarity: Double) {
        var shingles = Shingles()
        var seen: Set<UInt64> = []
        var samples: [[UInt64]] = []
        let stride = max(1, rows.count / RepeatedResponseSettings.sampled)
        for row in rows {
            shingles.read(examples[row].promptTurns.lazy.filter { $0.role != .system }.map(\.text))
            guard seen.insert(shingles.whole).inserted else { continue }
            if seen.count % stride == 0, samples.count < RepeatedResponseSettings.sampled {
                samples.append(shingles.set)
            }
        }
        guard samples.count > 1 else { return (seen.count, 1) }
        var sum = 0.0
        for index in 1..<samples.count { sum += Shingles.similarity(samples[index - 1], samples[index]) }
        return (seen.count, sum / Double(samples.count - 1))
    }
}
