/// Text in bits that some carrier hides.
enum BitText {
    /// The readings of two kinds of marks as bytes or seven-bit characters that could be text, the first bit highest.
    static func readings(_ bits: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for width in [8, 7, 16] where bits.count >= width * 4 {
            for flip in [UInt8(0), 1] {
                for isReversed in [false, true] where width != 16 || !isReversed {
                    var text: [UInt8] = []
                    for group in groups(bits, width) {
                        let value = (isReversed ? Array(group.reversed()) : Array(group))
                            .reduce(UInt32(0)) { $0 << 1 | UInt32($1 ^ flip) }
                        if width == 16 { text.append(scalar: value) } else { text.append(UInt8(value)) }
                        if text.count == 24, !text.beginsAsText { break }
                    }
                    // Carriers are filled up with one mark.
                    while let last = text.last, last == 0 || last == 0xFF || last == 0x7F || last == 0x20 {
                        text.removeLast()
                    }
                    if text.count >= 4, text.beginsAsText { found.append(text) }
                }
            }
        }
        return found
    }

    /// The readings of a carrier's marks by how many kinds of them there are.
    ///
    /// Two kinds are bits; with a third, which sets letters apart, groups may differ in length; four are two bits each.
    static func readings(ofMarks marks: [UInt32]) -> [[UInt8]] {
        var counts: [UInt32: Int] = [:]
        for mark in marks { counts[mark, default: 0] += 1 }
        let kinds = counts.keys.sorted()
        guard kinds.count >= 2 else { return [] }
        var found: [[UInt8]] = []
        if kinds.count == 2 { found += readings(marks.map { $0 == kinds[1] ? 1 : 0 }) }
        if kinds.count == 3 {
            for separator in kinds {
                let pair = kinds.filter { $0 != separator }
                for flip in [UInt32(0), 1] {
                    var text: [UInt8] = []
                    for group in marks.split(separator: separator) where group.count <= 20 {
                        text.append(scalar: group.reduce(UInt32(0)) { $0 << 1 | ($1 == pair[1] ? 1 : 0) ^ flip })
                    }
                    if text.count >= 4, text.beginsAsText { found.append(text) }
                }
                found += readings(marks.filter { $0 != separator }.map { $0 == pair[1] ? 1 : 0 })
            }
        }
        if kinds.count == 4 {
            found += readings(
                marks.flatMap { mark -> [UInt8] in
                    let value = UInt8(kinds.firstIndex(of: mark) ?? 0)
                    return [value >> 1, value & 1]
                })
        }
        return found
    }
}
