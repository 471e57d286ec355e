/// What a token is for, numbered as in `tokenizer.ggml.token_type`.
enum TokenKind: Int, Sendable {
    case normal = 1
    case unknown, control, userDefined, unused, byte

    /// Whether the token is markup that only a template may write.
    ///
    /// User-defined tokens are counted in: models spell their tool and fill-in markup with them.
    var isControl: Bool { self == .control || self == .userDefined || self == .unknown }
}

/// The bytes and kinds of a vocabulary's tokens, and an index of the normal ones by their bytes.
struct TokenTable: Sendable {
    /// The longest token in bytes among those in the index.
    private(set) var longestNormal = 0

    private(set) var kinds: [TokenKind] = []
    private var storage: [UInt8] = []
    private var ends: [Int] = [0]

    /// Open addressing: the low half of a slot is the token plus one, the high half the upper hash bits; 0 is free.
    private var slots: [UInt64]
    private let mask: Int

    var count: Int { kinds.count }

    /// Creates an empty table for up to `capacity` tokens.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [UInt64](repeating: 0, count: size)
        mask = size - 1
        kinds.reserveCapacity(capacity)
        ends.reserveCapacity(capacity + 1)
    }

    /// Adds a token whose bytes `write` appends; it is put into the index where `isIndexed` says so.
    ///
    /// - Returns: `false` if the index has those bytes already.
    mutating func append(_ kind: TokenKind, isIndexed: Bool, bytes: [UInt8]) -> Bool {
        let token = kinds.count
        storage.append(contentsOf: bytes)
        ends.append(storage.count)
        kinds.append(kind)
        guard isIndexed else { return true }
        longestNormal = max(longestNormal, bytes.count)
        return bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            let hash = Self.hash(base, buffer.count)
            let (found, slot) = probe(base, buffer.count, hash)
            guard found == nil else { return false }
            slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(token + 1)
            return true
        }
    }

    /// The bytes of a token below `count`.
    func bytes(_ token: Int) -> ArraySlice<UInt8> { storage[ends[token]..<ends[token + 1]] }

    /// Calls `body` with the bytes of a token below `count`.
    func withBytes<R>(_ token: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        storage.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[ends[token]..<ends[token + 1]])) }
    }

    /// The indexed token of exactly these bytes.
    @inline(__always)
    func find(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32? {
        guard count > 0, count <= longestNormal else { return nil }
        return probe(bytes, count, Self.hash(bytes, count)).found
    }

    @inline(__always)
    private func probe(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, _ hash: UInt64
    ) -> (found: Int32?, slot: Int) {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { return (nil, slot) }
            if (entry ^ hash) >> 32 == 0 {
                let token = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
                if isEqual(token, bytes, count) { return (Int32(truncatingIfNeeded: token), slot) }
            }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always)
    private func isEqual(_ token: Int, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let start = ends[token]
        guard ends[token &+ 1] &- start == count else { return false }
        return storage.withUnsafeBufferPointer { storage in
            for offset in 0..<count where storage[start &+ offset] != bytes[offset] { return false }
            return true
        }
    }

    /// A 64-bit hash of at least one byte, by folded multiplication.
    @inline(__always)
    private static func hash(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let raw = UnsafeRawPointer(bytes)
        func word(_ offset: Int) -> UInt64 { raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        func half(_ offset: Int) -> UInt64 { UInt64(raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
        var a: UInt64
        var b: UInt64
        switch count {
        case ..<4:
            a = UInt64(bytes[0]) << 16 | UInt64(bytes[count >> 1]) << 8 | UInt64(bytes[count &- 1])
            b = 0
        case ..<8:
            a = half(0)
            b = half(count &- 4)
        default:
            a = word(0)
            var offset = 8
            while offset &+ 8 < count {
                a = fold(a ^ 0xA076_1D64_78BD_642F, word(offset) ^ 0xE703_7ED1_A0B4_28DB)
                offset &+= 8
            }
            b = word(count &- 8)
        }
        return fold(a ^ 0x8EBC_6AF0_9C88_C6E3, b ^ 0x5899_65CC_7537_4CC3 ^ UInt64(truncatingIfNeeded: count) << 56)
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
