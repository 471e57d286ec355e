/// The merges of a byte-pair encoding: which two tokens join into which, and how early.
struct MergeTable: Sendable {
    /// Stands for "these two do not join"; later than every merge.
    static let none = UInt64.max

    private struct Slot {
        /// Left token in the upper half, right token in the lower.
        var pair: UInt64

        /// Rank in the upper half, joined token in the lower; `none` while the slot is free.
        var merge: UInt64
    }

    private var slots: [Slot]
    private let mask: Int
    private let shift: UInt64

    /// Creates an empty table for up to `capacity` merges.
    init(capacity: Int) {
        var bits: UInt64 = 4
        while 1 << bits < capacity * 2 { bits += 1 }
        slots = [Slot](repeating: Slot(pair: 0, merge: Self.none), count: 1 << bits)
        mask = 1 << bits - 1
        shift = 64 - bits
    }

    /// Adds a merge.
    ///
    /// - Returns: `false` if the two tokens have one already.
    mutating func insert(_ left: Int32, _ right: Int32, rank: Int, joined: Int32) -> Bool {
        let pair = Self.pair(left, right)
        var slot = start(pair)
        while slots[slot].merge != Self.none {
            if slots[slot].pair == pair { return false }
            slot = (slot + 1) & mask
        }
        slots[slot] = Slot(pair: pair, merge: UInt64(rank) << 32 | UInt64(UInt32(bitPattern: joined)))
        return true
    }

    /// The merge of two tokens, or `none`; merges compare by rank.
    @inline(__always)
    subscript(left: Int32, right: Int32) -> UInt64 {
        let pair = Self.pair(left, right)
        var slot = start(pair)
        while true {
            let entry = slots[slot]
            if entry.pair == pair || entry.merge == Self.none { return entry.merge }
            slot = (slot &+ 1) & mask
        }
    }

    /// The token that a merge makes.
    @inline(__always)
    static func joined(_ merge: UInt64) -> Int32 { Int32(truncatingIfNeeded: merge) }

    @inline(__always)
    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    @inline(__always)
    private func start(_ pair: UInt64) -> Int {
        let mixed = (pair ^ pair >> 29) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> shift)
    }
}
