/// A metadata value of a GGUF file.
///
/// The format's thirteen kinds are folded by meaning: integers and floats of every width widen without loss. Strings and
/// arrays stay in the mapping and are read when asked.
package enum GGUFValue: Sendable {
    case unsigned(UInt64)
    case signed(Int64)
    case float(Double)
    case bool(Bool)
    case string(GGUFString)
    case scalars(GGUFScalarArray)
    case strings(GGUFStringArray)
    case arrays([GGUFValue])

    /// What the value is, for messages.
    var kindName: String {
        switch self {
        case .unsigned: "unsigned integer"
        case .signed: "signed integer"
        case .float: "float"
        case .bool: "bool"
        case .string: "string"
        case .scalars(let array): "array of \(array.kind)"
        case .strings: "array of strings"
        case .arrays: "array of arrays"
        }
    }
}

/// The kinds of a metadata value, numbered as in the file (GGUF specification, `gguf_metadata_value_type`).
enum GGUFKind: UInt32, Sendable {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// Bytes a value; `nil` where that varies.
    var width: Int? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .string, .array: nil
        }
    }

    /// Reads a scalar at a byte offset that the caller has checked; `nil` for a bool that is neither 0 nor 1.
    func load(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> GGUFValue? {
        func read<T: BitwiseCopyable>(_ type: T.Type) -> T { bytes.loadUnaligned(fromByteOffset: offset, as: type) }
        switch self {
        case .uint8: return .unsigned(UInt64(read(UInt8.self)))
        case .int8: return .signed(Int64(read(Int8.self)))
        case .uint16: return .unsigned(UInt64(UInt16(littleEndian: read(UInt16.self))))
        case .int16: return .signed(Int64(Int16(littleEndian: read(Int16.self))))
        case .uint32: return .unsigned(UInt64(UInt32(littleEndian: read(UInt32.self))))
        case .int32: return .signed(Int64(Int32(littleEndian: read(Int32.self))))
        case .uint64: return .unsigned(UInt64(littleEndian: read(UInt64.self)))
        case .int64: return .signed(Int64(littleEndian: read(Int64.self)))
        case .float32: return .float(Double(Float(bitPattern: UInt32(littleEndian: read(UInt32.self)))))
        case .float64: return .float(Double(bitPattern: UInt64(littleEndian: read(UInt64.self))))
        case .bool:
            let value = read(UInt8.self)
            return value <= 1 ? .bool(value == 1) : nil
        case .string, .array: return nil
        }
    }
}

/// A string of a GGUF file, kept as bytes until its text is asked for.
package struct GGUFString: Sendable {
    let file: MappedFile
    let range: Range<Int>

    /// The text, or `nil` if the bytes are not UTF-8.
    package var text: String? { String(validating: bytes, as: UTF8.self) }

    /// The raw bytes; valid while the `GGUFFile` or this value lives.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: file.bytes[range]) }
}

/// An array of numbers or bools of a GGUF file, decoded element by element.
package struct GGUFScalarArray: Sendable {
    let file: MappedFile
    let kind: GGUFKind
    let start: Int

    /// Elements in the array.
    package let count: Int

    /// The element at `index`, which must be below `count`.
    package subscript(index: Int) -> GGUFValue {
        precondition(index >= 0 && index < count, "index out of range")
        // Bools were checked when the file was read; a value changed since then reads as false.
        return kind.load(file.bytes, at: start + index * (kind.width ?? 0)) ?? .bool(false)
    }
}

/// An array of strings of a GGUF file: offsets into the mapping, no copies.
package struct GGUFStringArray: Sendable {
    let file: MappedFile

    /// Where each string's first byte lies, and past the end where a further one would begin.
    ///
    /// Strings lie back to back, each behind its eight-byte length, so a string ends eight bytes before the next begins.
    let starts: [Int]

    /// Strings in the array.
    package var count: Int { starts.count - 1 }

    /// The raw bytes of the string at `index`, which must be below `count`; valid while the file or this value lives.
    package subscript(index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: file.bytes[starts[index]..<starts[index + 1] - 8])
    }
}
