import Moderation

/// How rows are compared that say the same.
package struct DuplicateSettings: Sendable, Hashable {
    /// Which of the rows that say the same has no finding.
    package enum Keep: String, Sendable, CaseIterable {
        /// The first.
        case first

        /// None of them.
        case none
    }

    /// From this Jaccard similarity of their runs of three words on, two rows are near duplicates.
    package var similarity = 0.85

    /// What is compared.
    package var on = RowPart.row

    /// Which row has no finding.
    package var keep = Keep.first

    /// Texts with fewer words are compared for equality only.
    package var minimumWords = 8

    /// Creates the default settings.
    package init() {}

    /// Rows that say what an earlier row says; ones that are equal but for case and the signs of sentences have
    /// similarity 1.
    func matches(in examples: [Example]) -> [Match] {
        var search = DuplicateSearch(self, examples)
        search.run()
        var matches: [Match] = []
        var first: [Int: [Int]] = [:]
        for duplicate in search.found {
            if keep == .none { first[duplicate.first, default: []].append(duplicate.row) }
            matches.append(
                Match(
                    row: duplicate.row, score: duplicate.similarity, threshold: similarity,
                    detail: (duplicate.isEqual
                        ? "the \(on.rawValue) is that of line \(examples[duplicate.first].line)"
                        : "the \(on.rawValue) is nearly that of line \(examples[duplicate.first].line): Jaccard "
                            + "similarity \(Telling.number(duplicate.similarity)) of runs of three words")))
        }
        for (row, others) in first.sorted(by: { $0.key < $1.key }) {
            matches.append(
                Match(
                    row: row, score: 1, threshold: similarity,
                    detail: "\(others.count) later rows have nearly the same \(on.rawValue): "
                        + Telling.lines(others, of: examples)))
        }
        return matches
    }
}

/// A pass over rows that compares each with those before it that a shared band makes likely to be alike.
private struct DuplicateSearch {
    struct Duplicate {
        var row: Int
        var first: Int
        var similarity: Double
        var isEqual: Bool
    }

    /// Earlier rows of a band that are looked at, newest first: what bounds the time where all rows are half alike.
    private static let longestChain = 64

    /// Earlier rows whose texts are compared for one row.
    private static let mostComparisons = 6

    private let settings: DuplicateSettings
    private let examples: [Example]
    private let hash: MinHash
    private var shingles = Shingles()
    private var other = Shingles()

    /// One byte of each number of each kept row's signature.
    private var signatures: [UInt8] = []

    /// The row of each kept signature.
    private var keptRows: [UInt32] = []

    /// The newest kept signature of each slot, from 1; and the one before it in the same band's slot.
    private var heads: [UInt32]
    private var links: [UInt32] = []
    private var firstOfText: [UInt64: UInt32] = [:]
    private(set) var found: [Duplicate] = []

    init(_ settings: DuplicateSettings, _ examples: [Example]) {
        self.settings = settings
        self.examples = examples
        hash = MinHash(similarity: settings.similarity)
        var slots = 1024
        while slots < examples.count * hash.bands { slots *= 2 }
        heads = [UInt32](repeating: 0, count: slots)
    }

    mutating func run() {
        var signature = [UInt32](repeating: 0, count: MinHash.width)
        firstOfText.reserveCapacity(examples.count)
        for (row, example) in examples.enumerated() {
            shingles.read(settings.on.turns(of: example).lazy.map(\.text))
            guard shingles.wordCount > 0 else { continue }
            if let first = firstOfText[shingles.whole] {
                found.append(Duplicate(row: row, first: Int(first), similarity: 1, isEqual: true))
                continue
            }
            firstOfText[shingles.whole] = UInt32(row)
            guard settings.similarity < 1, shingles.wordCount >= settings.minimumWords else { continue }
            hash.signature(of: shingles.set, into: &signature)
            if let near = nearest(to: signature) {
                found.append(Duplicate(row: row, first: near.row, similarity: near.similarity, isEqual: false))
            } else {
                keep(row, signature)
            }
        }
    }

    private mutating func keep(_ row: Int, _ signature: [UInt32]) {
        keptRows.append(UInt32(row))
        for number in signature { signatures.append(UInt8(truncatingIfNeeded: number)) }
        for band in 0..<hash.bands {
            let slot = Int(hash.band(band, of: signature) & UInt64(heads.count - 1))
            links.append(heads[slot])
            heads[slot] = UInt32(keptRows.count)
        }
    }

    /// The kept row of the greatest similarity that is enough, the earliest of equals.
    private mutating func nearest(to signature: [UInt32]) -> (row: Int, similarity: Double)? {
        // Numbers that agree by chance add 1 in 256; sampling noise takes a pair below its similarity.
        let needed = Int((settings.similarity - 0.15) * Double(MinHash.width))
        var candidates: [(agreeing: Int, kept: Int)] = []
        for band in 0..<hash.bands {
            var kept = Int(heads[Int(hash.band(band, of: signature) & UInt64(heads.count - 1))])
            var steps = 0
            while kept > 0, steps < DuplicateSearch.longestChain {
                let agreeing = agreement(signature, kept - 1)
                if agreeing >= needed { candidates.append((agreeing, kept - 1)) }
                kept = Int(links[(kept - 1) * hash.bands + band])
                steps += 1
            }
        }
        candidates.sort { ($1.agreeing, $0.kept) < ($0.agreeing, $1.kept) }
        var best: (row: Int, similarity: Double)?
        var last = -1
        var compared = 0
        for candidate in candidates where candidate.kept != last && compared < DuplicateSearch.mostComparisons {
            last = candidate.kept
            compared += 1
            let row = Int(keptRows[candidate.kept])
            other.read(settings.on.turns(of: examples[row]).lazy.map(\.text))
            let similarity = Shingles.similarity(shingles.set, other.set)
            if similarity >= settings.similarity, similarity > best?.similarity ?? 0 { best = (row, similarity) }
        }
        return best
    }

    private func agreement(_ signature: [UInt32], _ kept: Int) -> Int {
        signature.withUnsafeBufferPointer { signature in
            signatures.withUnsafeBufferPointer { signatures in
                var count = 0
                for index in 0..<MinHash.width
                where signatures[kept * MinHash.width + index] == UInt8(truncatingIfNeeded: signature[index]) {
                    count += 1
                }
                return count
            }
        }
    }
}
