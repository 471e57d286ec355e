/// Base64, base32, base85 and hexadecimal: long runs of their alphabets, alone or inside a sentence.
struct RadixDecoder: Decoder {
    let families: Set<CovertFamily>

    /// The shortest run that is read.
    private static let shortest = 16

    func decodings(of segment: Segment) -> [Decoding] {
        var found: [Decoding] = []
        for range in Self.runs(segment.bytes) {
            let run = segment.bytes[range]
            for decoding in Self.read(run, families) { found.append(decoding.placed(range)) }
        }
        let all = segment.bytes.filter { $0 > 0x20 }
        if all.count >= Self.shortest, all.count < segment.bytes.count, found.isEmpty {
            found += Self.read(all[...], families)
        }
        return found
    }

    /// Runs without spaces; lines of one length that follow one another are one run.
    private static func runs(_ bytes: [UInt8]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        var at = 0
        func close() {
            var first = start
            var end = at
            // Marks of the sentence around it.
            while first < end, "\"'`([{,.;:".utf8.contains(bytes[first]) { first += 1 }
            while end > first, "\"'`)]},.;:!?".utf8.contains(bytes[end - 1]) { end -= 1 }
            // A full stop may belong to base85: both readings are tried, the long one first.
            if at - start >= shortest, end - first < at - start, at - start > 24 { runs.append(start..<at) }
            if end - first >= shortest { runs.append(first..<end) }
        }
        while at < bytes.count {
            if bytes[at] <= 0x20 {
                close()
                start = at + 1
            }
            at += 1
        }
        close()
        guard runs.count > 1 else { return runs }
        var joined: [Range<Int>] = []
        for run in runs {
            if let last = joined.last, run.lowerBound - last.upperBound <= 2, run.lowerBound > last.upperBound,
                last.count >= 40
            {
                joined[joined.count - 1] = last.lowerBound..<run.upperBound
            } else {
                joined.append(run)
            }
        }
        return joined == runs ? runs : joined + runs
    }

    private static func read(_ run: ArraySlice<UInt8>, _ families: Set<CovertFamily>) -> [Decoding] {
        var found: [Decoding] = []
        func add(_ family: CovertFamily, _ text: [UInt8]?) {
            if let text, text.count >= 8, text.beginsAsText { found.append(Decoding(family: family, text: text)) }
        }
        if families.contains(.hex), run.count >= 24 { add(.hex, NumberDecoder.hex(run)) }
        if families.contains(.base32) { add(.base32, base32(run)) }
        if families.contains(.base64) { add(.base64, base64(run)) }
        if families.contains(.base85) {
            for alphabet in [ascii85, rfc1924, z85] { add(.base85, base85(run, alphabet)) }
        }
        return found
    }

    private static func table(_ alphabet: String) -> [Int8] {
        var values = [Int8](repeating: -1, count: 256)
        for (value, byte) in alphabet.utf8.enumerated() { values[Int(byte)] = Int8(value) }
        return values
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    private static let sixBits: [Int8] = {
        var values = table(letters + letters.lowercased() + "0123456789+/")
        values[Int(UInt8(ascii: "-"))] = 62
        values[Int(UInt8(ascii: "_"))] = 63
        return values
    }()
    private static let fiveBits: [Int8] = {
        var values = table(letters + "234567")
        for letter in 0..<26 { values[0x61 + letter] = Int8(letter) }
        return values
    }()
    private static let ascii85 = table(String(decoding: 0x21...0x75, as: UTF8.self))
    private static let rfc1924 = table(
        "0123456789" + letters + letters.lowercased() + "!#$%&()*+-;<=>?@^_`{|}~")
    private static let z85 = table(
        "0123456789" + letters.lowercased() + letters + ".-:+=^!/*?&<>()[]{}@%$#")

    /// Bytes of base64 (RFC 4648), padded or not, in either alphabet; `nil` where it is none.
    static func base64(_ run: some Collection<UInt8>) -> [UInt8]? { bits(run, sixBits, width: 6) }

    /// Bytes of base32 (RFC 4648) in one case; `nil` where it is none.
    static func base32(_ run: some Collection<UInt8>) -> [UInt8]? {
        let hasUpper = run.contains { (0x41...0x5A).contains($0) }
        guard !hasUpper || !run.contains(where: { (0x61...0x7A).contains($0) }) else { return nil }
        return bits(run, fiveBits, width: 5)
    }

    private static func bits(_ run: some Collection<UInt8>, _ values: [Int8], width: Int) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(run.count * width / 8)
        var (buffer, held, padded) = (0, 0, 0)
        for byte in run where byte > 0x20 {
            if byte == UInt8(ascii: "=") {
                padded += 1
                continue
            }
            let value = values[Int(byte)]
            guard value >= 0, padded == 0 else { return nil }
            buffer = buffer << width | Int(value)
            held += width
            if held >= 8 {
                held -= 8
                out.append(UInt8(truncatingIfNeeded: buffer >> held))
                if out.count == 24, !out.beginsAsText { return nil }
            }
            buffer &= 0xFFFF
        }
        return padded <= 6 && held < 8 ? out : nil
    }

    /// Bytes of base 85 in one of its alphabets; `nil` where it is none.
    static func base85(_ run: ArraySlice<UInt8>, _ values: [Int8]) -> [UInt8]? {
        var run = run
        if run.starts(with: "<~".utf8) { run = run.dropFirst(2) }
        if run.suffix(2).elementsEqual("~>".utf8) { run = run.dropLast(2) }
        let isAscii85 = values[0x21] == 0
        var out: [UInt8] = []
        var group: [UInt64] = []
        for byte in run where byte > 0x20 {
            if isAscii85, byte == UInt8(ascii: "z"), group.isEmpty {
                out += [0, 0, 0, 0]
                continue
            }
            guard values[Int(byte)] >= 0 else { return nil }
            group.append(UInt64(values[Int(byte)]))
            guard group.count == 5 else { continue }
            guard append(group, 4, &out) else { return nil }
            group.removeAll(keepingCapacity: true)
            if out.count == 24, !out.beginsAsText { return nil }
        }
        guard group.count != 1 else { return nil }
        if !group.isEmpty {
            let bytes = group.count - 1
            guard append(group + [UInt64](repeating: 84, count: 5 - group.count), bytes, &out) else { return nil }
        }
        return out
    }

    private static func append(_ group: [UInt64], _ bytes: Int, _ out: inout [UInt8]) -> Bool {
        let value = group.reduce(0) { $0 * 85 + $1 }
        guard value <= 0xFFFF_FFFF else { return false }
        for byte in 0..<bytes { out.append(UInt8(truncatingIfNeeded: value >> UInt64(24 - 8 * byte))) }
        return true
    }
}

extension Decoding {
    /// The same at a place in its stretch.
    fileprivate func placed(_ range: Range<Int>) -> Decoding {
        var decoding = self
        decoding.range = range
        return decoding
    }
}
