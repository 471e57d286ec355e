/// Finds which letters a text's signs stand for, by climbing towards English (after Jakobsen, 1995).
struct SubstitutionSolver: Sendable {
    /// What a text's signs stand for.
    struct Solution: Sendable {
        /// For each sign a symbol: 0 for a space, 1 to 26 for a letter.
        var key: [UInt8]

        /// Mean cost of the solved text in nats.
        var cost: Double
    }

    /// Signs that are read of a text or of several; what follows is not needed.
    static let longest = 420

    let tables = LanguageTables.shared

    /// Solves texts of one key.
    ///
    /// - Returns: the key, and the mean cost in nats of the text that it gives.
    func key(of texts: [SignText]) -> (SubstitutionKey, Double) {
        let isJoined = texts[0].isJoined
        var numbers: [UInt32: UInt8] = [:]
        var signs: [UInt32] = []
        var text: [UInt8] = []
        for sign in texts.lazy.flatMap(\.signs) {
            if numbers[sign] == nil {
                guard signs.count < 255 else { continue }
                numbers[sign] = UInt8(signs.count)
                signs.append(sign)
            }
            text.append(numbers[sign] ?? 0)
            if text.count == Self.longest { break }
        }
        let restarts = text.count < 240 ? 60 : 30
        var best = solve(text, signs: signs.count, space: isJoined ? nil : numbers[0], restarts: restarts)
        if isJoined, !texts[0].isLetters {
            // The commonest sign may be the space.
            var counts = [Int](repeating: 0, count: signs.count)
            for sign in text { counts[Int(sign)] += 1 }
            if let top = counts.indices.max(by: { (counts[$0], $1) < (counts[$1], $0) }), counts[top] * 8 >= text.count
            {
                let spaced = solve(text, signs: signs.count, space: UInt8(top), restarts: restarts)
                if spaced.cost < best.cost { best = spaced }
            }
        }
        return (SubstitutionKey(letters: Dictionary(uniqueKeysWithValues: zip(signs, best.key))), best.cost)
    }

    /// Solves a text.
    ///
    /// - Parameters:
    ///   - text: the number of each sign; signs are numbered from 0.
    ///   - spaces: the sign that is known to be a space, or `nil` if the text has none.
    ///   - restarts: how often the climb begins anew.
    func solve(_ text: [UInt8], signs: Int, space: UInt8?, restarts: Int) -> Solution {
        let text = Array(text.prefix(Self.longest))
        var counts = [Int](repeating: 0, count: signs)
        for sign in text { counts[Int(sign)] += 1 }
        let isJoined = space == nil
        // The commonest signs get letters; more than 26 cannot.
        let ranked = (0..<signs).filter { UInt8($0) != space }.sorted {
            (counts[$1], $0) < (counts[$0], $1)
        }
        let order: [UInt8] = isJoined ? Self.joinedOrder : Self.order
        var slots = [Int](repeating: -1, count: 26)
        for (rank, sign) in ranked.prefix(26).enumerated() { slots[Int(order[rank]) - 1] = sign }
        var climb = Climb(text: text, signs: signs, isJoined: isJoined, tables: tables)
        var random = SplitMixer(state: 0x0C0D_E5)
        var best = climb.descend(slots)
        for round in 0..<restarts {
            var start = best.slots
            // A few letters change places; every fourth time, many.
            for _ in 0..<(round % 4 == 3 ? 14 : 3 + round % 4) {
                start.swapAt(random.below(26), random.below(26))
            }
            let found = climb.descend(start)
            if found.cost < best.cost { best = found }
        }
        var key = [UInt8](repeating: 0, count: signs)
        for (letter, sign) in best.slots.enumerated() where sign >= 0 { key[sign] = UInt8(letter + 1) }
        return Solution(
            key: key, cost: Double(best.cost) * LanguageTables.unit / Double(max(1, text.count - (isJoined ? 2 : 0))))
    }

    /// Letters from the commonest, with spaces and without the same.
    private static let order: [UInt8] = "etaoinsrhldcumfpgwybvkxjqz".utf8.map { $0 & 31 }
    private static let joinedOrder = order
}

/// The state of a climb: a text, and the costs that a key gives it.
private struct Climb {
    let text: [UInt8]
    let signs: Int
    let isJoined: Bool
    let costs: [UInt8]
    let size: Int

    init(text: [UInt8], signs: Int, isJoined: Bool, tables: LanguageTables) {
        self.text = text
        self.signs = signs
        self.isJoined = isJoined
        costs = isJoined ? tables.joinedTrigrams : tables.trigrams
        size = isJoined ? 26 : 27
    }

    /// Swaps letters as long as that makes the text cheaper.
    mutating func descend(_ start: [Int]) -> (slots: [Int], cost: Int) {
        var slots = start
        var key = [UInt8](repeating: 0, count: signs)
        for (letter, sign) in slots.enumerated() where sign >= 0 {
            key[sign] = UInt8(isJoined ? letter : letter + 1)
        }
        var best = cost(key)
        var improved = true
        while improved {
            improved = false
            for i in 0..<25 {
                for j in (i + 1)..<26 where slots[i] >= 0 || slots[j] >= 0 {
                    exchange(&slots, &key, i, j)
                    let cost = cost(key)
                    if cost < best {
                        best = cost
                        improved = true
                    } else {
                        exchange(&slots, &key, i, j)
                    }
                }
            }
        }
        return (slots, best)
    }

    private func exchange(_ slots: inout [Int], _ key: inout [UInt8], _ i: Int, _ j: Int) {
        slots.swapAt(i, j)
        let base = isJoined ? 0 : 1
        if slots[i] >= 0 { key[slots[i]] = UInt8(i + base) }
        if slots[j] >= 0 { key[slots[j]] = UInt8(j + base) }
    }

    private func cost(_ key: [UInt8]) -> Int {
        key.withUnsafeBufferPointer { key in
            costs.withUnsafeBufferPointer { costs in
                text.withUnsafeBufferPointer { text in
                    guard text.count > 2 else { return 0 }
                    var a = isJoined ? Int(key[Int(text[0])]) : 0
                    var b = isJoined ? Int(key[Int(text[1])]) : 0
                    var sum = 0
                    var at = isJoined ? 2 : 0
                    while at < text.count {
                        let c = Int(key[Int(text[at])])
                        sum &+= Int(costs[(a &* size &+ b) &* size &+ c])
                        a = b
                        b = c
                        at &+= 1
                    }
                    return sum
                }
            }
        }
    }
}

/// A small generator with a fixed sequence (Steele, Lea and Flood, 2014), so that the same text gets the same answer.
struct SplitMixer: Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
