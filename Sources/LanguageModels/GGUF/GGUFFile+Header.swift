import TensorKernels

extension GGUFFile {
    /// A name's length, a type, and the smallest value.
    static let minimumEntryBytes = 8 + 4 + 1

    /// A name's length, a dimension count, a type, and an offset.
    static let minimumTensorBytes = 8 + 4 + 4 + 8

    static func readVersion(_ reader: inout GGUFReader) throws(GGUFError) -> Int {
        let magic = try reader.integer(UInt32.self, "the magic number")
        guard magic == 0x4655_4747 else {
            throw reader.error(.notGGUF, "the file does not begin with 'GGUF'")
        }
        let version = try reader.integer(UInt32.self, "the version")
        guard version == 2 || version == 3 else {
            let isBigEndian = version.byteSwapped == 2 || version.byteSwapped == 3
            throw GGUFError(
                .unsupportedVersion,
                isBigEndian ? "the file is a big-endian GGUF" : "the GGUF version is \(version), not 2 or 3",
                remedy: "Convert the model to a little-endian GGUF of version 3", path: reader.file.path)
        }
        return Int(version)
    }

    /// A key or tensor name as text.
    private static func name(_ reader: inout GGUFReader, _ field: String) throws(GGUFError) -> String {
        let string = try reader.string(field)
        guard let text = string.text else {
            throw reader.error(.badValue, "\(field) \(GGUFError.printable(string.bytes)) is not UTF-8")
        }
        return text
    }

    private static func quoted(_ name: String) -> String {
        var name = name
        return name.withUTF8 { GGUFError.printable(UnsafeRawBufferPointer($0)) }
    }

    static func readMetadata(
        _ reader: inout GGUFReader, count: Int
    ) throws(GGUFError) -> [String: GGUFValue] {
        var metadata: [String: GGUFValue] = [:]
        for index in 0..<count {
            let key = try name(&reader, "metadata key \(index)")
            let value = try reader.value("metadata \(quoted(key))")
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw reader.error(.duplicateName, "metadata key \(quoted(key)) occurs twice")
            }
        }
        return metadata
    }

    static func alignment(_ metadata: [String: GGUFValue], _ reader: GGUFReader) throws(GGUFError) -> Int {
        guard let value = metadata["general.alignment"] else { return 32 }
        guard case .unsigned(let number) = value, number <= 1 << 20, number.nonzeroBitCount == 1 else {
            throw reader.error(.badAlignment, "general.alignment is not a power of two of at most 1048576")
        }
        return Int(number)
    }

    static func readTensors(
        _ reader: inout GGUFReader, count: Int, alignment: Int
    ) throws(GGUFError) -> [String: GGUFTensor] {
        var headers: [(name: String, shape: [Int], format: BlockFormat, offset: UInt64)] = []
        for index in 0..<count {
            let name = try name(&reader, "the name of tensor \(index)")
            let label = "tensor \(quoted(name))"
            let shape = try readShape(&reader, label)
            let type = try reader.integer(UInt32.self, "the type of \(label)")
            guard let format = BlockFormat(ggmlType: type) else {
                throw GGUFError(
                    .unsupportedTensorType, "\(label) is stored as \(BlockFormat.unsupportedName(ggmlType: type))",
                    remedy: "Use a model stored as \(BlockFormat.allCases.map(\.rawValue).joined(separator: ", "))",
                    path: reader.file.path)
            }
            let offset = try reader.integer(UInt64.self, "the offset of \(label)")
            headers.append((name, shape, format, offset))
        }
        let (padded, overflow) = reader.offset.addingReportingOverflow(alignment - 1)
        let dataStart = padded & ~(alignment - 1)
        guard !overflow, headers.isEmpty || dataStart <= reader.file.bytes.count else {
            throw reader.error(.truncated, "the file ends before the tensors' data")
        }
        var tensors: [String: GGUFTensor] = [:]
        for header in headers {
            let label = "tensor \(quoted(header.name))"
            guard header.offset % UInt64(alignment) == 0 else {
                throw reader.error(.badOffset, "the offset of \(label) is not a multiple of general.alignment")
            }
            let byteCount = try byteCount(header.shape, header.format, label, reader)
            let available = reader.file.bytes.count - dataStart
            guard header.offset <= UInt64(available), byteCount <= available - Int(header.offset) else {
                throw reader.error(.badOffset, "the data of \(label) reaches past the end of the file")
            }
            let tensor = GGUFTensor(
                name: header.name, shape: header.shape, format: header.format,
                offset: dataStart + Int(header.offset), byteCount: byteCount)
            guard tensors.updateValue(tensor, forKey: header.name) == nil else {
                throw reader.error(.duplicateName, "\(label) occurs twice")
            }
        }
        return tensors
    }

    private static func readShape(_ reader: inout GGUFReader, _ label: String) throws(GGUFError) -> [Int] {
        let dimensions = try reader.integer(UInt32.self, "the dimension count of \(label)")
        guard (1...4).contains(dimensions) else {
            throw reader.error(.badShape, "\(label) has \(dimensions) dimensions, not 1 to 4")
        }
        var shape: [Int] = []
        for _ in 0..<dimensions {
            let extent = try reader.integer(UInt64.self, "the shape of \(label)")
            guard let extent = Int(exactly: extent), extent > 0 else {
                throw reader.error(.badShape, "\(label) has an extent of \(extent)")
            }
            shape.append(extent)
        }
        return shape
    }

    private static func byteCount(
        _ shape: [Int], _ format: BlockFormat, _ label: String, _ reader: GGUFReader
    ) throws(GGUFError) -> Int {
        guard shape[0] % format.blockLength == 0 else {
            throw reader.error(
                .badShape,
                "the first extent of \(label) is \(shape[0]), not a multiple of \(format.rawValue)'s block of "
                    + "\(format.blockLength)")
        }
        var bytes = (value: shape[0] / format.blockLength, overflow: false)
        for factor in [format.blockBytes] + shape.dropFirst() {
            let (product, overflow) = bytes.value.multipliedReportingOverflow(by: factor)
            bytes = (product, bytes.overflow || overflow)
        }
        // The element count is checked as well, so that it can be multiplied out without care later on.
        var elements = (value: 1, overflow: false)
        for factor in shape {
            let (product, overflow) = elements.value.multipliedReportingOverflow(by: factor)
            elements = (product, elements.overflow || overflow)
        }
        guard !bytes.overflow, !elements.overflow else {
            throw reader.error(.badShape, "the size of \(label) overflows")
        }
        return bytes.value
    }
}
