/// What a JSON value is.
enum JSONKind: UInt8, Sendable {
    case object
    case array
    case string
    case escapedString
    case number
    case bool
    case null
}

/// One value of a parsed line, in document order.
struct JSONNode: Sendable {
    var kind: JSONKind
    /// First byte; of a string, the first byte after the quotation mark.
    var start: Int32
    /// One past the last byte; of a string, the closing quotation mark.
    var end: Int32
    /// Index of the node after this value and all that it holds.
    var next: Int32

    /// Offset of the first byte, a string's quotation mark included.
    var place: Int { kind == .string || kind == .escapedString ? Int(start) - 1 : Int(start) }
}

/// A line of JSON as a flat list of its values: an object is followed by its keys and values in turn, an array by its
/// elements.
///
/// This scanner is the project's own because of what a gate needs of it and found nowhere together: byte offsets of
/// every fault, duplicate keys refused, strictness (RFC 8259, nothing more), no number ever converted, and speed beyond
/// Foundation's. Debian's simdjson (3.0) reports no duplicate keys and validates only what is visited.
struct JSONTape {
    private(set) var nodes: [JSONNode] = []
    let maximumDepth: Int

    init(maximumDepth: Int) {
        self.maximumDepth = maximumDepth
        nodes.reserveCapacity(64)
    }

    /// Parses one line; the tape's memory is reused.
    mutating func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(RowFault) {
        nodes.removeAll(keepingCapacity: true)
        var cursor = JSONCursor(bytes)
        cursor.skipWhitespace()
        try value(&cursor, depth: 0)
        cursor.skipWhitespace()
        guard cursor.isAtEnd else {
            throw RowFault(.invalidJSON, at: cursor.position, "something follows the row's value")
        }
    }

    private mutating func value(_ cursor: inout JSONCursor, depth: Int) throws(RowFault) {
        guard let byte = cursor.peek else {
            throw RowFault(.invalidJSON, at: cursor.position, "the line ends too soon")
        }
        switch byte {
        case UInt8(ascii: "{"): try object(&cursor, depth: depth)
        case UInt8(ascii: "["): try array(&cursor, depth: depth)
        case UInt8(ascii: "\""): try string(&cursor)
        case UInt8(ascii: "t"): try literal("true", .bool, &cursor)
        case UInt8(ascii: "f"): try literal("false", .bool, &cursor)
        case UInt8(ascii: "n"): try literal("null", .null, &cursor)
        default:
            let start = cursor.position
            try cursor.skipNumber()
            append(.number, start, cursor.position)
        }
    }

    private mutating func object(_ cursor: inout JSONCursor, depth: Int) throws(RowFault) {
        let index = try open(.object, &cursor, depth: depth)
        if !cursor.skip(UInt8(ascii: "}")) {
            repeat {
                cursor.skipWhitespace()
                guard cursor.peek == UInt8(ascii: "\"") else {
                    throw RowFault(.invalidJSON, at: cursor.position, "a key is expected")
                }
                try string(&cursor)
                cursor.skipWhitespace()
                guard cursor.skip(UInt8(ascii: ":")) else {
                    throw RowFault(.invalidJSON, at: cursor.position, "a colon is expected after a key")
                }
                cursor.skipWhitespace()
                try value(&cursor, depth: depth + 1)
                cursor.skipWhitespace()
            } while cursor.skip(UInt8(ascii: ","))
            guard cursor.skip(UInt8(ascii: "}")) else {
                throw RowFault(.invalidJSON, at: cursor.position, "a comma or the end of an object is expected")
            }
        }
        close(index, cursor)
        try refuseDuplicateKeys(index, cursor)
    }

    private mutating func array(_ cursor: inout JSONCursor, depth: Int) throws(RowFault) {
        let index = try open(.array, &cursor, depth: depth)
        if !cursor.skip(UInt8(ascii: "]")) {
            repeat {
                cursor.skipWhitespace()
                try value(&cursor, depth: depth + 1)
                cursor.skipWhitespace()
            } while cursor.skip(UInt8(ascii: ","))
            guard cursor.skip(UInt8(ascii: "]")) else {
                throw RowFault(.invalidJSON, at: cursor.position, "a comma or the end of an array is expected")
            }
        }
        close(index, cursor)
    }

    private mutating func open(_ kind: JSONKind, _ cursor: inout JSONCursor, depth: Int) throws(RowFault) -> Int {
        guard depth < maximumDepth else {
            throw RowFault(.tooDeep, at: cursor.position, "values are nested more than \(maximumDepth) deep")
        }
        append(kind, cursor.position, cursor.position)
        cursor.advance()
        cursor.skipWhitespace()
        return nodes.count - 1
    }

    private mutating func close(_ index: Int, _ cursor: JSONCursor) {
        nodes[index].end = Int32(cursor.position)
        nodes[index].next = Int32(nodes.count)
    }

    private mutating func string(_ cursor: inout JSONCursor) throws(RowFault) {
        let start = cursor.position + 1
        let hasEscapes = try cursor.skipString()
        append(hasEscapes ? .escapedString : .string, start, cursor.position - 1)
    }

    private mutating func literal(_ text: StaticString, _ kind: JSONKind, _ cursor: inout JSONCursor) throws(RowFault) {
        let start = cursor.position
        for offset in 0..<text.utf8CodeUnitCount {
            guard cursor.skip(text.utf8Start[offset]) else {
                throw RowFault(.invalidJSON, at: cursor.position, "this is no JSON value")
            }
        }
        append(kind, start, cursor.position)
    }

    private mutating func append(_ kind: JSONKind, _ start: Int, _ end: Int) {
        nodes.append(
            JSONNode(kind: kind, start: Int32(start), end: Int32(end), next: Int32(nodes.count + 1)))
    }

    /// Two keys are the same if they spell the same text, however it is escaped.
    private func refuseDuplicateKeys(_ index: Int, _ cursor: JSONCursor) throws(RowFault) {
        let end = Int(nodes[index].next)
        var count = 0
        var isPlain = true
        var child = index + 1
        while child < end {
            let key = nodes[child]
            isPlain = isPlain && key.kind == .string
            guard isPlain, count < 8 else { return try refuseDuplicateKeysByText(index, cursor) }
            var other = index + 1
            while other < child {
                if cursor.equal(nodes[other], key) { throw duplicate(key) }
                other = Int(nodes[other + 1].next)
            }
            count += 1
            child = Int(nodes[child + 1].next)
        }
    }

    /// The same for many keys and for escaped ones, in time that grows with their number only.
    private func refuseDuplicateKeysByText(_ index: Int, _ cursor: JSONCursor) throws(RowFault) {
        var seen: Set<[UInt8]> = []
        var child = index + 1
        while child < Int(nodes[index].next) {
            guard seen.insert(cursor.unescaped(nodes[child])).inserted else { throw duplicate(nodes[child]) }
            child = Int(nodes[child + 1].next)
        }
    }

    private func duplicate(_ key: JSONNode) -> RowFault {
        RowFault(.duplicateKey, at: key.place, "a key stands twice in one object")
    }
}
