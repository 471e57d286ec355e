/// Writes small GGUF files for tests, well-formed or, where the caller asks for it, not.
package struct GGUFWriter {
    /// A metadata value, with the width it is written in.
    package indirect enum Value {
        case uint8(UInt8)
        case int8(Int8)
        case uint16(UInt16)
        case int16(Int16)
        case uint32(UInt32)
        case int32(Int32)
        case uint64(UInt64)
        case int64(Int64)
        case float32(Float)
        case float64(Double)
        case bool(Bool)
        case string(String)
        case strings([String])
        case int32s([Int32])
        case bools([UInt8])
        case arrays([Value])
        /// A value of that kind number with these bytes behind it.
        case raw(kind: UInt32, [UInt8])
    }

    /// The version to write.
    package var version: UInt32 = 3

    /// The alignment of tensors' data; where it is not 32, set `general.alignment` as well.
    package var alignment = 32

    private var entries: [(key: String, value: Value)] = []
    private var tensors: [(name: String, shape: [UInt64], type: UInt32, data: [UInt8])] = []

    /// Creates a writer of an empty file.
    package init() {}

    /// Adds a metadata entry, even if the key is there already.
    package mutating func add(_ key: String, _ value: Value) {
        entries.append((key, value))
    }

    /// Adds a tensor of float32 elements; the first extent is the one whose elements lie side by side.
    package mutating func addTensor(_ name: String, shape: [Int], _ elements: [Float]) {
        addTensor(name, shape: shape.map(UInt64.init), type: 0, data: elements.flatMap { Self.little($0.bitPattern) })
    }

    /// Adds a tensor of a `ggml_type` number.
    package mutating func addTensor(_ name: String, shape: [UInt64], type: UInt32, data: [UInt8]) {
        tensors.append((name, shape, type, data))
    }

    /// The bytes of the header: everything before the tensors' data and its padding.
    package func header() -> [UInt8] {
        var bytes = Array("GGUF".utf8) + Self.little(version)
        bytes += Self.little(UInt64(tensors.count)) + Self.little(UInt64(entries.count))
        for entry in entries {
            bytes += Self.string(entry.key) + Self.little(Self.kind(entry.value)) + Self.payload(entry.value)
        }
        var offset = 0
        for tensor in tensors {
            bytes += Self.string(tensor.name) + Self.little(UInt32(tensor.shape.count))
            for extent in tensor.shape { bytes += Self.little(extent) }
            bytes += Self.little(tensor.type) + Self.little(UInt64(offset))
            offset += padded(tensor.data.count)
        }
        return bytes
    }

    /// The whole file.
    package func bytes() -> [UInt8] {
        var bytes = header()
        for tensor in tensors {
            bytes += [UInt8](repeating: 0, count: padded(bytes.count) - bytes.count)
            bytes += tensor.data
        }
        return bytes
    }

    private func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

    private static func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private static func string(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }

    private static func kind(_ value: Value) -> UInt32 {
        switch value {
        case .uint8: 0
        case .int8: 1
        case .uint16: 2
        case .int16: 3
        case .uint32: 4
        case .int32: 5
        case .float32: 6
        case .bool: 7
        case .string: 8
        case .strings, .int32s, .bools, .arrays: 9
        case .uint64: 10
        case .int64: 11
        case .float64: 12
        case .raw(let kind, _): kind
        }
    }

    private static func payload(_ value: Value) -> [UInt8] {
        switch value {
        case .uint8(let value): little(value)
        case .int8(let value): little(value)
        case .uint16(let value): little(value)
        case .int16(let value): little(value)
        case .uint32(let value): little(value)
        case .int32(let value): little(value)
        case .uint64(let value): little(value)
        case .int64(let value): little(value)
        case .float32(let value): little(value.bitPattern)
        case .float64(let value): little(value.bitPattern)
        case .bool(let value): [value ? 1 : 0]
        case .string(let text): string(text)
        case .strings(let texts): little(UInt32(8)) + little(UInt64(texts.count)) + texts.flatMap(string)
        case .int32s(let values): little(UInt32(5)) + little(UInt64(values.count)) + values.flatMap { little($0) }
        case .bools(let values): little(UInt32(7)) + little(UInt64(values.count)) + values
        case .arrays(let values): little(UInt32(9)) + little(UInt64(values.count)) + values.flatMap(payload)
        case .raw(_, let bytes): bytes
        }
    }
}
