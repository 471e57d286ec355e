/// Hashes that are the same in every run, for counting and comparing; they are no defence against chosen collisions.
enum Hashing {
    /// The start value of a hash that is fed unit by unit (FNV-1a, Fowler, Noll and Vo).
    static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Feeds one unit.
    @inline(__always)
    static func feed(_ hash: UInt64, _ unit: UInt32) -> UInt64 {
        (hash ^ UInt64(unit)) &* 0x0000_0100_0000_01B3
    }

    /// Spreads a hash's bits evenly (the finaliser of SplitMix64; Steele, Lea and Flood, 2014).
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The hash of a sequence from the hash of its beginning and the next member's.
    @inline(__always)
    static func join(_ hash: UInt64, _ next: UInt64) -> UInt64 {
        mix(hash &* 0x9E37_79B9_7F4A_7C15 ^ next)
    }

    /// The hash that the scanner gives to a word of ASCII letters and digits.
    static func word(_ text: String) -> UInt64 {
        var hash = start
        for scalar in text.unicodeScalars { hash = feed(hash, CharacterClass.folded(scalar.value)) }
        return mix(hash)
    }

    /// A hash as findings name it: 16 hexadecimal digits.
    static func name(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Sorts numbers by their bits, digit by digit, in time linear in their count.
enum RadixSort {
    /// Sorts ascending.
    static func sort(_ keys: inout [UInt64]) {
        guard keys.count > 256 else { return keys.sort() }
        var other = [UInt64](repeating: 0, count: keys.count)
        var offsets = [Int](repeating: 0, count: 2048)
        for shift in stride(from: UInt64(0), to: 64, by: 11) {
            for index in offsets.indices { offsets[index] = 0 }
            for key in keys { offsets[Int(key >> shift & 2047)] += 1 }
            if offsets.contains(keys.count) { continue }
            var sum = 0
            for index in offsets.indices {
                let count = offsets[index]
                offsets[index] = sum
                sum += count
            }
            for key in keys {
                let digit = Int(key >> shift & 2047)
                other[offsets[digit]] = key
                offsets[digit] += 1
            }
            swap(&keys, &other)
        }
    }
}
