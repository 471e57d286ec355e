/// Signatures of sets whose agreement estimates the sets' Jaccard similarity (Broder, "On the resemblance and
/// containment of documents", 1997), cut into bands for locality-sensitive hashing.
struct MinHash {
    /// Numbers in a signature.
    static let width = 60

    private let multipliers: [UInt64]
    private let offsets: [UInt64]

    /// Numbers in a band: with more, fewer pairs below the wanted similarity are compared.
    let rowsOfBand: Int

    /// Bands in a signature.
    var bands: Int { MinHash.width / rowsOfBand }

    /// Prepares signatures for pairs of at least this similarity.
    ///
    /// A pair of similarity s shares at least one of b bands of r numbers with the probability 1 − (1 − sʳ)ᵇ: 0.999 for
    /// s = 0.85 with 12 bands of 5.
    init(similarity: Double) {
        rowsOfBand = similarity >= 0.8 ? 5 : similarity >= 0.65 ? 4 : 3
        var state: UInt64 = 0x6C65_7468_65
        func next() -> UInt64 {
            state &+= 1
            return Hashing.mix(state)
        }
        multipliers = (0..<MinHash.width).map { _ in next() | 1 }
        offsets = (0..<MinHash.width).map { _ in next() }
    }

    /// The smallest of each number over the members of a set that is not empty.
    func signature(of set: [UInt64], into signature: inout [UInt32]) {
        for index in signature.indices { signature[index] = .max }
        multipliers.withUnsafeBufferPointer { multipliers in
            offsets.withUnsafeBufferPointer { offsets in
                signature.withUnsafeMutableBufferPointer { signature in
                    for member in set {
                        for index in 0..<MinHash.width {
                            let value = UInt32(
                                truncatingIfNeeded: (member &* multipliers[index] &+ offsets[index]) >> 32)
                            signature[index] = min(signature[index], value)
                        }
                    }
                }
            }
        }
    }

    /// The hash of one band of a signature.
    func band(_ band: Int, of signature: [UInt32]) -> UInt64 {
        var hash = Hashing.mix(UInt64(band))
        for index in band * rowsOfBand..<(band + 1) * rowsOfBand { hash = Hashing.join(hash, UInt64(signature[index])) }
        return hash
    }
}

/// The set of a text's runs of three words, over which similarity is measured; it is sorted.
struct Shingles {
    private var scanner = WordScanner()
    private(set) var set: [UInt64] = []

    /// Words that carry meaning in the last texts.
    private(set) var wordCount = 0

    /// A hash of all words in their order.
    private(set) var whole: UInt64 = 0

    /// Reads texts as one, with a mark between them.
    mutating func read(_ texts: some Sequence<String>) {
        set.removeAll(keepingCapacity: true)
        wordCount = 0
        whole = 0
        for text in texts {
            scanner.scan(text)
            var before: (UInt64, UInt64) = (1, 1)
            var count = 0
            for word in scanner.words where word.isTelling {
                whole = Hashing.join(whole, word.hash)
                if count >= 2 { set.append(Hashing.join(Hashing.join(before.0, before.1), word.hash)) }
                before = (before.1, word.hash)
                count += 1
            }
            // A text of one or two words is one shingle.
            if count == 1 || count == 2 { set.append(Hashing.join(before.0, before.1)) }
            wordCount += count
            whole = Hashing.join(whole, 2)
        }
        RadixSort.sort(&set)
        var kept = 0
        for index in set.indices where index == 0 || set[index] != set[kept - 1] {
            set[kept] = set[index]
            kept += 1
        }
        set.removeLast(set.count - kept)
    }

    /// The Jaccard similarity of two sorted sets: shared members by all members.
    static func similarity(_ a: [UInt64], _ b: [UInt64]) -> Double {
        var (i, j, shared) = (0, 0, 0)
        while i < a.count, j < b.count {
            if a[i] == b[j] {
                shared += 1
                i += 1
                j += 1
            } else if a[i] < b[j] {
                i += 1
            } else {
                j += 1
            }
        }
        let all = a.count + b.count - shared
        return all == 0 ? 1 : Double(shared) / Double(all)
    }
}
