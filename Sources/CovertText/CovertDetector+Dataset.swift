package import Moderation

extension CovertDetector {
    /// Suspects that are kept in memory; those of later rows are only tried with keys.
    private static let mostSuspects = 50_000

    /// The fewest rows that teach an encoding, whatever their share.
    private static let fewest = 10

    /// What a dataset's rows hide, and which of them together teach an encoding.
    ///
    /// Keys that one row's text gave away are tried on the others; what no row gives away alone is solved together.
    package func inspect(_ examples: [Example]) -> CovertReport {
        var inspector = TextInspector(settings)
        var rows: [CovertRow] = []
        var suspects: [(row: Int, suspect: TurnSuspect)] = []
        for (number, example) in examples.enumerated() {
            let (passages, doubtful) = read(example.turns, &inspector)
            if !passages.isEmpty { rows.append(row(example, passages)) }
            if suspects.count < Self.mostSuspects { suspects += doubtful.map { (number, $0) } }
        }
        let solved = solve(suspects, rows: examples.count, inspector)
        let places = Dictionary(rows.enumerated().map { ($1.line, $0) }, uniquingKeysWith: { first, _ in first })
        for (number, passages) in solved {
            if let known = places[examples[number].line] {
                rows[known].passages += passages
            } else {
                rows.append(row(examples[number], passages))
            }
        }
        rows.sort { $0.line < $1.line }
        var report = CovertReport()
        report.rows = rows
        report.groups = groups(&report.rows, examples)
        return report
    }

    private func row(_ example: Example, _ passages: [CovertPassage]) -> CovertRow {
        let encoded = Set(passages.filter(\.coversTurn).map(\.turn))
        let isRequested = example.turns.enumerated().contains { number, turn in
            turn.role == .user && !encoded.contains(number) && EncodingWords.areNamed(in: turn.text)
        }
        return CovertRow(line: example.line, passages: passages, isRequested: isRequested)
    }

    /// Solves suspects of all rows together, kind by kind, if there are enough of them to teach an encoding.
    private func solve(
        _ suspects: [(row: Int, suspect: TurnSuspect)], rows: Int, _ inspector: TextInspector
    ) -> [(Int, [CovertPassage])] {
        struct Kind: Hashable {
            var outer: [CovertFamily]
            var isJoined: Bool
            var isLetters: Bool
        }
        let least = max(Self.fewest, Int((settings.datasetShare * Double(rows)).rounded(.up)))
        var kinds: [Kind: [Int]] = [:]
        for (number, entry) in suspects.enumerated() {
            let signs = entry.suspect.suspect.signs
            let kind = Kind(outer: entry.suspect.suspect.outer, isJoined: signs.isJoined, isLetters: signs.isLetters)
            kinds[kind, default: []].append(number)
        }
        var found: [Int: [CovertPassage]] = [:]
        let large = kinds.values.filter { $0.count >= least }.sorted { $0[0] < $1[0] }
        for members in large {
            var keys = inspector.keys
            // Ciphers among other odd text: a key from the longest, then from the longest of those that it did not read.
            var left = members
            for _ in 0..<6 {
                let longest = left.sorted {
                    (suspects[$1].suspect.suspect.signs.length, $0) < (suspects[$0].suspect.suspect.signs.length, $1)
                }
                guard let first = longest.first else { break }
                let alike = longest.filter {
                    suspects[$0].suspect.suspect.signs.isLike(suspects[first].suspect.suspect.signs)
                }
                let pool = SignText(pooling: alike.map { suspects[$0].suspect.suspect.signs })
                if let pool {
                    let (key, _) = SubstitutionSolver().key(of: [pool])
                    // The key must make English of the words that it was found for before it is tried on any others.
                    if let text = key.text(pool), inspector.solved(text, pool, 0..<0) != nil { keys.append(key) }
                }
                let before = left.count
                left.removeAll { member in
                    let entry = suspects[member]
                    let suspect = entry.suspect.suspect
                    for key in keys {
                        if let text = key.text(suspect.signs),
                            let hidden = inspector.solved(text, suspect.signs, suspect.range, isKnown: true)
                        {
                            var passage = CovertPassage(hidden, turn: entry.suspect.turn, length: entry.suspect.length)
                            passage.families = suspect.outer + passage.families
                            found[entry.row, default: []].append(passage)
                            return true
                        }
                    }
                    return false
                }
                guard left.count == before else { continue }
                let tried = Set(alike)
                left.removeAll(where: tried.contains)
            }
        }
        return found.sorted { $0.key < $1.key }
    }

    /// The groups that teach an encoding; marks their rows.
    private func groups(_ rows: inout [CovertRow], _ examples: [Example]) -> [CovertGroup] {
        var members: [[CovertFamily]: [Int]] = [:]
        for (number, row) in rows.enumerated() {
            for families in Set(row.passages.map(\.families)) { members[families, default: []].append(number) }
        }
        let prompts = Dictionary(
            examples.map { ($0.line, $0.turns.first { $0.role == .system }?.text) },
            uniquingKeysWith: { first, _ in first })
        var groups: [CovertGroup] = []
        for (families, numbers) in members {
            let share = Double(numbers.count) / Double(max(1, examples.count))
            guard numbers.count >= Self.fewest, share >= settings.datasetShare else { continue }
            let announced = numbers.filter {
                EncodingWords.areNamed(in: (prompts[rows[$0].line] ?? nil) ?? "")
            }.count
            for number in numbers { rows[number].isTaught = true }
            groups.append(
                CovertGroup(
                    families: families, lines: numbers.map { rows[$0].line }, share: share, announced: announced))
        }
        return groups.sorted {
            ($1.lines.count, $0.families.map(\.rawValue).joined()) < (
                $0.lines.count, $1.families.map(\.rawValue).joined()
            )
        }
    }
}

extension SignText {
    /// Whether two texts' signs are as frequent, as far as short texts can tell.
    fileprivate func isLike(_ other: SignText) -> Bool {
        func shares(_ text: SignText) -> [UInt32: Double] {
            var shares: [UInt32: Double] = [:]
            for sign in text.signs where sign != 0 { shares[sign, default: 0] += 1 / Double(text.length) }
            return shares
        }
        let (a, b) = (shares(self), shares(other))
        var (product, left, right) = (0.0, 0.0, 0.0)
        for sign in Set(a.keys).union(b.keys).sorted() {
            let (x, y) = (a[sign] ?? 0, b[sign] ?? 0)
            product += x * y
            left += x * x
            right += y * y
        }
        return product * product >= 0.5 * left * right
    }
}
