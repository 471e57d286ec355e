/// A stretch of text that decoders look at, with what they all need to know of it.
struct Segment {
    /// The bytes of the stretch.
    let bytes: [UInt8]

    /// How often each byte stands in it.
    let counts: [Int]

    /// Bytes above the space.
    let visible: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        self.counts = counts
        visible = counts[0x21...].reduce(0, +)
    }

    /// The first bytes of the stretch.
    func prefix(_ count: Int) -> Segment { Segment(Array(bytes.prefix(count))) }

    /// How many of these bytes stand in it.
    func count(of bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 + counts[Int($1)] } }

    /// Letters of ASCII.
    var asciiLetters: Int { count(of: 0x41...0x5A) + count(of: 0x61...0x7A) }

    /// Digits of ASCII.
    var digits: Int { count(of: 0x30...0x39) }

    /// Bytes outside ASCII.
    var high: Int { count(of: 0x80...0xFF) }

    /// Whether it has the marks of prose and hardly any others, so that its letters may be a cipher's.
    var isProse: Bool {
        let marks = count(of: ".,;:!?'\"-()*#\u{2019}".utf8.filter { $0 < 0x80 })
        let letters = asciiLetters + high
        let brackets = count(of: "();*#".utf8)
        return letters * 10 >= visible * 8 && brackets * 25 <= visible && (letters + marks) * 100 >= visible * 97
            && digits * 20 <= letters
    }

    /// The scalars of the stretch.
    var scalars: [UInt32] {
        var out: [UInt32] = []
        out.reserveCapacity(bytes.count)
        var reader = ScalarReader(bytes)
        while let scalar = reader.next() { out.append(scalar) }
        return out
    }
}

/// What a decoder made of a stretch of text.
struct Decoding {
    var family: CovertFamily
    var text: [UInt8]

    /// Whether the text is what it hides even if it is plain only without spaces.
    var isJoined = false

    /// Where the decoded part lies in the stretch; all of it where there is none.
    var range: Range<Int>?
}

/// A decoder: what it makes of a stretch of text, likeliest first.
protocol Decoder: Sendable {
    func decodings(of segment: Segment) -> [Decoding]
}

extension [UInt8] {
    /// Appends a scalar's UTF-8; what is no scalar becomes U+FFFD.
    mutating func append(scalar: UInt32) {
        if scalar < 0x80 {
            append(UInt8(scalar))
        } else {
            append(contentsOf: UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
        }
    }

    /// Whether the first bytes could be text: no control characters, and no broken UTF-8.
    var beginsAsText: Bool {
        var reader = ScalarReader(prefix(24))
        var read = 0
        while let scalar = reader.next() {
            read += 1
            // The last scalar may be cut in two.
            if scalar == 0xFFFD { return read > 16 }
            if scalar < 0x20 && scalar != 0x0A && scalar != 0x09 && scalar != 0x0D || scalar == 0x7F { return false }
        }
        return read > 0
    }
}
