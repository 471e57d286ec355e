/// A cursor over a GGUF header that checks every read against the bytes that are left.
struct GGUFReader {
    /// How deep arrays of arrays may go.
    static let maximumNesting = 4

    let file: MappedFile
    private(set) var offset = 0

    init(_ file: MappedFile) {
        self.file = file
    }

    private var remaining: Int { file.bytes.count - offset }

    /// Reads a fixed-width little-endian integer.
    mutating func integer<T: FixedWidthInteger>(_ type: T.Type, _ field: String) throws(GGUFError) -> T {
        let start = try advance(MemoryLayout<T>.size, field)
        return T(littleEndian: file.bytes.loadUnaligned(fromByteOffset: start, as: T.self))
    }

    /// Reads a count of things that take at least `minimumBytes` each, and refuses one that cannot fit in the file.
    ///
    /// This check keeps a damaged count from costing time or memory.
    mutating func count(ofAtLeast minimumBytes: Int, _ field: String) throws(GGUFError) -> Int {
        let value = try integer(UInt64.self, field)
        guard value <= UInt64(remaining / minimumBytes) else {
            throw error(.truncated, "\(field) is \(value), more than the rest of the file can hold")
        }
        return Int(value)
    }

    /// Reads a string: a 64-bit length, then the bytes.
    mutating func string(_ field: String) throws(GGUFError) -> GGUFString {
        let count = try count(ofAtLeast: 1, "the length of \(field)")
        let start = try advance(count, field)
        return GGUFString(file: file, range: start..<start + count)
    }

    /// Reads a metadata value: its kind, then its bytes.
    mutating func value(_ field: String) throws(GGUFError) -> GGUFValue {
        try value(kind(field), field, depth: 0)
    }

    /// An error at this file.
    func error(_ code: GGUFError.Code, _ message: String) -> GGUFError {
        GGUFError(code, message, remedy: GGUFError.damagedFileRemedy, path: file.path)
    }

    /// Moves on by `count` bytes and returns where they begin.
    private mutating func advance(_ count: Int, _ field: String) throws(GGUFError) -> Int {
        guard count <= remaining else { throw error(.truncated, "the file ends inside \(field)") }
        defer { offset += count }
        return offset
    }

    private mutating func kind(_ field: String) throws(GGUFError) -> GGUFKind {
        let number = try integer(UInt32.self, "the type of \(field)")
        guard let kind = GGUFKind(rawValue: number) else {
            throw error(.badValue, "the type of \(field) is \(number), which GGUF does not know")
        }
        return kind
    }

    private mutating func value(_ kind: GGUFKind, _ field: String, depth: Int) throws(GGUFError) -> GGUFValue {
        switch kind {
        case .string: return .string(try string(field))
        case .array: return try array(field, depth: depth)
        default:
            let start = try advance(kind.width ?? 0, field)
            guard let value = kind.load(file.bytes, at: start) else {
                throw error(.badValue, "\(field) is a bool that is neither 0 nor 1")
            }
            return value
        }
    }

    private mutating func array(_ field: String, depth: Int) throws(GGUFError) -> GGUFValue {
        guard depth < Self.maximumNesting else {
            throw error(.badValue, "\(field) nests arrays deeper than \(Self.maximumNesting) levels")
        }
        let kind = try kind("the elements of \(field)")
        switch kind {
        case .string:
            let count = try count(ofAtLeast: 8, "the length of \(field)")
            var starts: [Int] = []
            starts.reserveCapacity(count + 1)
            for _ in 0..<count { starts.append(try string(field).range.lowerBound) }
            starts.append(offset + 8)
            return .strings(GGUFStringArray(file: file, starts: starts))
        case .array:
            let count = try count(ofAtLeast: 12, "the length of \(field)")
            var values: [GGUFValue] = []
            for _ in 0..<count { values.append(try array(field, depth: depth + 1)) }
            return .arrays(values)
        default:
            let width = kind.width ?? 1
            let count = try count(ofAtLeast: width, "the length of \(field)")
            let start = try advance(count * width, field)
            if kind == .bool, file.bytes[start..<start + count].contains(where: { $0 > 1 }) {
                throw error(.badValue, "\(field) holds a bool that is neither 0 nor 1")
            }
            return .scalars(GGUFScalarArray(file: file, kind: kind, start: start, count: count))
        }
    }
}
