/// Turns pieces of text into tokens by merging neighbours, earliest merge first and leftmost among equals.
struct BytePairEncoder: Sendable {
    /// Pieces up to this many bytes are merged by scanning a small array; longer ones with a heap.
    static let shortLimit = 48

    /// The token of each byte, or -1 where the vocabulary has none.
    let byteTokens: [Int32]
    let merges: MergeTable

    /// Appends the tokens of a piece.
    ///
    /// A byte without a token is left out before anything is merged, as the models' own tokenizers do.
    func encode(_ bytes: UnsafePointer<UInt8>, _ count: Int, into tokens: inout [Int32]) {
        if count <= Self.shortLimit {
            encodeShort(bytes, count, into: &tokens)
        } else {
            encodeLong(bytes, count, into: &tokens)
        }
    }

    private func encodeShort(_ bytes: UnsafePointer<UInt8>, _ count: Int, into tokens: inout [Int32]) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.shortLimit) { pairs in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.shortLimit) { parts in
                var length = 0
                for offset in 0..<count {
                    let token = byteTokens[Int(bytes[offset])]
                    if token < 0 { continue }
                    parts[length] = token
                    length &+= 1
                }
                // pairs[i] is the merge of parts i and i + 1.
                for i in 0..<max(0, length &- 1) { pairs[i] = merges[parts[i], parts[i &+ 1]] }
                while length > 1 {
                    var (best, at) = (MergeTable.none, 0)
                    for i in 0..<length &- 1 where pairs[i] < best { (best, at) = (pairs[i], i) }
                    if best == MergeTable.none { break }
                    parts[at] = MergeTable.joined(best)
                    length &-= 1
                    for i in at &+ 1..<max(length, at &+ 1) { parts[i] = parts[i &+ 1] }
                    for i in at..<max(length &- 1, at) { pairs[i] = pairs[i &+ 1] }
                    if at &+ 1 < length { pairs[at] = merges[parts[at], parts[at &+ 1]] }
                    if at > 0 { pairs[at &- 1] = merges[parts[at &- 1], parts[at]] }
                }
                tokens.append(contentsOf: parts[0..<length])
            }
        }
    }

    /// A part of a long piece: a link of a doubly linked list.
    private struct Part {
        var token: Int32
        var previous: Int
        var next: Int

        /// The merge with the next part; `none` for a part that was joined into its neighbour.
        var pair: UInt64
    }

    private func encodeLong(_ bytes: UnsafePointer<UInt8>, _ count: Int, into tokens: inout [Int32]) {
        var parts: [Part] = []
        parts.reserveCapacity(count)
        for offset in 0..<count {
            let token = byteTokens[Int(bytes[offset])]
            guard token >= 0 else { continue }
            let index = parts.count
            parts.append(Part(token: token, previous: index - 1, next: index + 1, pair: MergeTable.none))
        }
        guard !parts.isEmpty else { return }
        var queue = MergeQueue()
        func refresh(_ index: Int) {
            let next = parts[index].next
            guard next < parts.count else {
                parts[index].pair = MergeTable.none
                return
            }
            let pair = merges[parts[index].token, parts[next].token]
            parts[index].pair = pair
            if pair != MergeTable.none { queue.push(MergeQueue.Entry(merge: pair, position: index)) }
        }
        for index in parts.indices { refresh(index) }
        while let entry = queue.pop() {
            let index = entry.position
            // An entry is stale when its part has since been joined with another.
            guard parts[index].pair == entry.merge else { continue }
            let removed = parts[index].next
            let next = parts[removed].next
            parts[index].token = MergeTable.joined(entry.merge)
            parts[index].next = next
            parts[removed].pair = MergeTable.none
            if next < parts.count { parts[next].previous = index }
            refresh(index)
            if parts[index].previous >= 0 { refresh(parts[index].previous) }
        }
        var index = 0
        while index < parts.count {
            tokens.append(parts[index].token)
            index = parts[index].next
        }
    }
}

/// A binary heap of merges, earliest rank first, then leftmost.
private struct MergeQueue {
    struct Entry: Comparable {
        var merge: UInt64
        var position: Int

        static func < (a: Entry, b: Entry) -> Bool {
            a.merge == b.merge ? a.position < b.position : a.merge < b.merge
        }
    }

    private var entries: [Entry] = []

    mutating func push(_ entry: Entry) {
        var child = entries.count
        entries.append(entry)
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry < entries[parent] else { break }
            entries[child] = entries[parent]
            child = parent
        }
        entries[child] = entry
    }

    mutating func pop() -> Entry? {
        guard let first = entries.first, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return first }
        var parent = 0
        while true {
            var child = parent * 2 + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < last else { break }
            entries[parent] = entries[child]
            parent = child
        }
        entries[parent] = last
        return first
    }
}
